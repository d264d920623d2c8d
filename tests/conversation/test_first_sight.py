"""Ways of speaking that a new reader of the service found misread, each table for one of them."""

import pytest

from service.conversation.understand import understand
from tests.phone import Phone
from tests.vocabulary import VOCABULARY


@pytest.mark.parametrize(
    "text",
    [
        "can i cancel", "how can i cancel", "is there a way to cancel", "i need to cancel", "can we stop",
        "what do i text to stop", "whats the word to stop", "how do i make you stop",
        "puedo cancelar", "se puede cancelar",
    ],
)  # fmt: skip
def test_who_asks_how_to_leave_is_asked_whether_to(phone: Phone, text: str) -> None:
    answer = phone.join().text(text)
    assert "STOP" in answer
    assert "911" in answer
    assert phone.person.doubt_until is not None


@pytest.mark.parametrize(
    "text",
    [
        "STOP i have asked 3 times", "stop who is this", "dont send me anything else", "no longer wish to participate",
        "nothing more from you thanks", "hey can you guys stop hitting me up", "terminate service",
        "drop me off the list", "this phone belongs to a child", "este no es mi numero", "yo no me registre",
        "我不用这个了", "帮我取消吧", "退了吧", "我不是你们的用户",
    ],
)  # fmt: skip
def test_leaving_without_a_word_about_texts(text: str) -> None:
    assert understand(text, VOCABULARY).topic == "LEAVE"


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("i want to cancel my gym membership", "UNKNOWN"),
        ("my physio said stop doing sit ups, what instead", "STRENGTH"),
        ("i dont want one right now", "SNOOZE"),
        ("no reminders in august", "PAUSE"),
        ("i dont need reminders on thursday", "DAYS"),
        ("stop wednesdays", "DAYS"),
        ("stop the leg ones", "WITHOUT"),
        ("este mes no quiero avisos", "PAUSE"),
        ("no quiero recordatorios en la tarde", "HOURS"),
        ("这个月别发了", "PAUSE"),
        ("这周不要发了", "PAUSE"),
    ],
)
def test_what_ends_for_a_while_or_in_part_is_no_opt_out(text: str, topic: str) -> None:
    assert understand(text, VOCABULARY).topic == topic


@pytest.mark.parametrize(
    ("text", "template"),
    [
        ("My husband bent to tie his shoe and now neither leg will hold him", "E_SPINE"),
        ("scaffolder here came down about 3 metres onto my back", "E_TRAUMA"),
        ("sometimes i think about just driving off the road", "E_CRISIS"),
        ("sudden pain in my tummy going thru to my back and i feel faint", "E_CHEST"),
        ("dolor de barriga que me atraviesa la espalda y estoy mareado", "E_CHEST"),
        ("a veces pienso en estrellar el coche", "E_CRISIS"),
        ("tengo ganas de desaparecer", "E_CRISIS"),
        ("i dropped my phone and then fell down the stairs", "E_TRAUMA"),
        ("numb from my bum down both legs", "E_SPINE"),
        ("woke up drenched in sweat with chest pain", "E_CHEST"),
        ("i can walk fine and pee fine but my groin is numb", "E_SPINE"),
        ("i havent gone pee today and i drank loads", "E_SPINE"),
        ("今天一次小便都没有,憋得难受", "E_SPINE"),
        ("stiff neck and the light hurts my eyes", "E_ILL"),
        ("wife has gone all grey and clammy", "E_CHEST"),
        ("mi esposo se puso gris", "E_CHEST"),
        ("been saving up my pills", "E_CRISIS"),
        ("cant see a reason to be here", "E_CRISIS"),
        ("i have osteoporosis and felt a crack bending down", "E_TRAUMA"),
        ("im 80 and fell this morning my back hurts", "E_TRAUMA"),
    ],
)
def test_danger_is_heard(text: str, template: str) -> None:
    assert understand(text, VOCABULARY).topic == template


@pytest.mark.parametrize(
    "text",
    [
        "crashed my car in 2011 and my back still niggles now and then",
        "waking up drenched in sweat and my spine hurts", "missed my bus stop because of you haha",
        "wife fainted when she saw the bill haha", "the wifi is having a heart attack",
        "my calf is tingling and the pain runs from my bum down the leg", "cant breathe laughing",
        "dropped my phone down the stairs", "laptop slid off the roof of my car",
        "se me cayo el celular por las escaleras",
        "手机从楼梯上掉下去了", "my fitbit died", "i nearly died of embarrassment", "这椅子坐得我要死",
        "i can walk fine and wee fine but it still aches after 6 weeks",
    ],
)  # fmt: skip
def test_company_of_danger_words_that_is_harmless(text: str) -> None:
    assert understand(text, VOCABULARY).intent != "emergency"


def test_are_my_reminders_on_turns_nothing_on() -> None:
    assert understand("are my reminders on", VOCABULARY).topic == "STATUS"


@pytest.mark.parametrize(
    ("text", "resumes"),
    [
        ("stop for an hour", "10:50"),
        ("stopppp for an hour", "10:50"),
        ("先停一个小时", "10:50"),
        ("stop until monday", "Mon 9 Mar 09:50"),
        ("para hasta el lunes", "09:50"),
        ("in 20 min", "09:20"),
    ],
)
def test_a_stop_that_ends_says_when(phone: Phone, text: str, resumes: str) -> None:
    assert resumes in phone.join().text(text)
    assert phone.person.state == "active"


def test_stop_on_one_weekday_leaves_that_day_out(phone: Phone) -> None:
    assert "Mon Tue Thu Fri" in phone.join().text("stop wednesdays")


def test_stop_run_into_a_sentence_is_confirmed(phone: Phone) -> None:
    assert "unsubscribed" in phone.join().text("STOP i have asked 3 times")
    assert phone.person.state == "stopped"


@pytest.mark.parametrize("call", ["", "hey siri", "ok", "seriously"])
@pytest.mark.parametrize("wish", ["please", "id like to", "you need to", "tell your bot to"])
@pytest.mark.parametrize(
    "end", ["stop", "unsubscribe", "turn off the texts", "quit these messages"]
)
def test_a_wish_to_leave_is_heard_however_it_is_wrapped(call: str, wish: str, end: str) -> None:
    assert understand(f"{call} {wish} {end} now", VOCABULARY).intent == "stop"


@pytest.mark.parametrize(
    "text",
    [
        "hey siri send stop", "i want off this thing", "can i get off this list", "whats the quickest way off this",
        "id rather you didnt text me", "how do u turn the messages off", "ditch the reminders, dont need them",
        "this is a work phone do not text", "no one by that name here", "ok you can stop now my back is fine",
        "dont need ur help anymore thanks", "how many times do i have to say stop",
        "me pueden quitar?", "cómo los quito?", "no quiero que me sigan escribiendo", "oye siri manda stop",
        "este número es de trabajo no manden", "déjenme fuera de esto", "preferiría que no me escriban",
        "不想再用", "可以不发吗", "请把我拿掉", "能不能让它停", "从今天起别发了", "这个号码不是本人", "认错人了",
    ],
)  # fmt: skip
def test_free_words_for_leaving_are_heard_or_asked_back(text: str) -> None:
    assert understand(text, VOCABULARY).intent == "stop"


@pytest.mark.parametrize(
    "text",
    [
        "remove the noon reminder", "how do i turn off sunday reminders",
        "my boss wont leave me alone so i sit all day",
        "get me off the floor exercises", "i want out of pain", "when does the day end for reminders",
        "i dont want to take pills", "i dont want to stop", "why did you stop", "my physio signed me off",
        "how do i stop my neck from cracking", "cancel my appointment with dr lee", "not interested in surgery",
        "quiero cancelar mi cita con el medico", "no me manden el de las 3", "deja de mandarme a las 7, mejor a las 9",
        "no es para tanto", "不想吃药", "睡觉时不要发", "疼得停不下来", "要不要戒烟",
    ],
)  # fmt: skip
def test_an_end_of_something_else_is_no_opt_out(text: str) -> None:
    assert understand(text, VOCABULARY).intent != "stop"
