"""A password that was right when it was looked at, and is no more when it is to count."""

from collections.abc import Callable

from service.app import create_app
from service.operators import changes, passwords
from service.operators.changes import By
from service.runtime import Runtime
from service.web.dashboard import proofs
from service.web.dashboard.proofs import Refusal
from tests.web.operators import PASSWORD, signed_in


def test_a_password_that_changes_while_it_is_looked_at_opens_nothing(
    service: Callable[..., Runtime],
) -> None:
    runtime = service()
    signed_in(runtime)
    with create_app(runtime).test_request_context(environ_base={"REMOTE_ADDR": "192.0.2.1"}):
        proof, again = (proofs.of_name("operator", PASSWORD) for _ in range(2))
        assert proof.right
        with runtime.store.write() as session:
            assert not isinstance(proof.settle(session), Refusal)
            operator = changes.find(session, "operator")
            kept = passwords.hashed("operator", "another password altogether")
            changes.set_password(session, operator, kept, By(runtime.clock.wall()))
        with runtime.store.write() as session:
            refused = again.settle(session)
    assert isinstance(refused, Refusal)
    assert (refused.sentence, refused.status) == (proofs.WRONG, 403)
