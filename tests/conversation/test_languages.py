"""Whole dialogues in each language, and which language somebody is answered in."""

import pytest

from service.conversation.understand import understand
from tests.phone import Phone
from tests.vocabulary import VOCABULARY

Dialogue = list[tuple[str, str]]  # a text, and words that must stand in its answer

JOINING: dict[str, tuple[str, Dialogue]] = {
    "es": (
        "+34612345678",
        [
            ("avisos", "Responda SI"),
            ("si", "¿En que ciudad"),
            ("madrid", "Madrid"),
            ("horario 8-16", "08:00-16:00"),
            ("solo lunes y miercoles", "lun mie"),
            ("cada 90", "90 min"),
            ("almuerzo 14-15", "14:00"),
            ("estado", "08:00-16:00"),
            ("pausa hasta el viernes", "En pausa"),
            ("seguir", "avisos"),
            ("me mude a Lima", "Lima"),
            ("sin cuello", "cuello"),
            ("ya no quiero mensajes", "Baja confirmada"),
            ("start", "¡Gracias por volver!"),
        ],
    ),
    "zh": (
        "+8613800138000",
        [
            ("提醒", "回“是”"),
            ("是", "已加入"),
            ("好", "提醒"),
            ("时间8-16", "08:00-16:00"),
            ("只要周一周三", "周一 周三"),
            ("间隔90", "每90分钟"),
            ("间隔120", "每2小时"),
            ("午休12-13", "12:00"),
            ("状态", "08:00-16:00"),
            ("暂停三天", "暂停"),
            ("恢复", "恢复"),
            ("我搬到东京了", "东京"),
            ("不要颈部", "颈"),
            ("别再发了", "已退订"),
            ("开始", "欢迎回来"),
        ],
    ),
}
CHECKS: dict[str, list[Dialogue]] = {
    "es": [
        [("chequeo", "1/6"), ("si", "112")],
        [("chequeo", "1/6"), ("no", "2/6"), ("si", "hoy")],
        [("chequeo", "1/6"), ("2", "2/6"), ("no", "3/6"), ("las dos", "112")],
        [("chequeo", "1/6"), ("no", "2/6"), ("no", "3/6"), ("ninguna", "4/6"), ("si", "5/6"), ("no", "6/6"),
         ("si", "ESFUERZO")],
        [("chequeo", "1/6"), ("no se", "112")],
    ],
    "zh": [
        [("自测", "1/6"), ("是", "120")],
        [("自测", "1/6"), ("没有", "2/6"), ("有", "今天")],
        [("自测", "1/6"), ("2", "2/6"), ("没有", "3/6"), ("两条", "120")],
        [("自测", "1/6"), ("没有", "2/6"), ("没有", "3/6"), ("0", "4/6"), ("是", "5/6"), ("不是", "6/6"),
         ("是", "拉伤")],
        [("自测", "1/6"), ("不确定", "120")],
    ],
}  # fmt: skip
MENU = {"es": ("menu", "DOLOR"), "zh": ("菜单", "背痛")}
NUMBERS = {"es": "+34612345678", "zh": "+8613800138000"}
DANGER = {
    "es": [("no puedo orinar y me duele la espalda", "112"), ("SEGUIR", "avisos")],
    "zh": [("双腿突然没力气", "120"), ("恢复", "提醒")],
}


def walk(phone: Phone, dialogue: Dialogue) -> list[tuple[str, str, str]]:
    """The turns whose answer lacks what it must hold."""
    wrong = []
    for words, wanted in dialogue:
        phone.after(minutes=2)
        answer = phone.text(words)
        if wanted not in answer:
            wrong.append((words, wanted, answer))
    return wrong


@pytest.mark.parametrize("language", sorted(JOINING))
def test_joining_settings_and_leaving(phone: Phone, language: str) -> None:
    phone.number, dialogue = JOINING[language]
    assert walk(phone, dialogue) == []
    assert phone.person.language == language


@pytest.mark.parametrize("language", sorted(CHECKS))
def test_check_leads_to_its_pages(phone: Phone, language: str) -> None:
    phone.number = NUMBERS[language]
    wrong = [
        turn for dialogue in CHECKS[language] for turn in walk(phone, [*dialogue, MENU[language]])
    ]
    assert wrong == []


@pytest.mark.parametrize("language", sorted(DANGER))
def test_danger_is_answered_in_its_language(phone: Phone, language: str) -> None:
    phone.number = NUMBERS[language]
    assert walk(phone, DANGER[language]) == []


def test_a_person_s_language_follows_two_texts(phone: Phone) -> None:
    phone.join()
    assert "dolor" in phone.text("me duele mucho la espalda desde ayer")
    assert phone.person.language == "en"
    phone.text("que puedo hacer para el dolor de espalda?")
    assert phone.person.language == "es"


def test_one_text_in_another_language_changes_nothing_for_good(phone: Phone) -> None:
    phone.join()
    phone.texts(
        "me duele mucho la espalda desde ayer",
        "how should i sit at my desk",
        "tengo la espalda tiesa hoy",
    )
    assert phone.person.language == "en"


@pytest.mark.parametrize(
    ("words", "language"),
    [("LANGUAGE ES", "es"), ("idioma español", "es"), ("IDIOMA INGLES", "en"), ("语言 中文", "zh"), ("中文", "zh"),
     ("in spanish please", "es"), ("en español por favor", "es"), ("說中文", "zh"), ("language zh", "zh")],
)  # fmt: skip
def test_a_language_is_chosen_by_text(phone: Phone, words: str, language: str) -> None:
    phone.text(words)
    assert phone.person.language == language


def test_a_language_that_we_do_not_speak_is_answered_with_those_we_do(phone: Phone) -> None:
    assert "LANGUAGE ES" in phone.text("LANGUAGE KLINGON")


def test_keywords_of_any_language_work_for_everybody(phone: Phone) -> None:
    phone.join()
    assert "recta" in phone.text("POSTURA")
    assert "straight" in phone.text("POSTURE")
    assert "脊柱" in phone.text("姿势")


def test_full_width_and_traditional_forms_are_understood(phone: Phone) -> None:
    phone.number = "+886912345678"
    assert "119" in phone.text("胸口痛\uff0c呼吸困難")
    assert "已退订" in phone.text("請不要再發簡訊給我")


def test_reminders_come_in_the_person_s_language(phone: Phone) -> None:
    phone.texts("LANGUAGE ES", "AVISOS", "SI")
    came = phone.until(2026, 3, 2, 11, 0)
    assert came
    assert all("Pare si" in text for text in came)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("in 20 min", "snooze"),
        ("in 10", "snooze"),
        ("en 20 minutos", "snooze"),
        ("cambia a 10 a 6", "schedule"),
        ("prefiero 9 a 5", "schedule"),
        ("switch to english", "language"),
        ("cambia a ingles", "language"),
    ],
)
def test_a_number_is_no_language(text: str, intent: str) -> None:
    assert understand(text, VOCABULARY).intent == intent
