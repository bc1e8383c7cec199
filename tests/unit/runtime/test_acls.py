"""What a broker's rules are compared with, and how they are told."""

from dataclasses import replace

from aiokafka.errors import GroupAuthorizationFailedError, KafkaTimeoutError, TopicAuthorizationFailedError

from newsloom_runtime.acls import Binding, command, compare
from newsloom_runtime.rights import REMEMBERED_S, Refused, refusal
from newsloom_schemas.access import Grant

GRANT = Grant(principal="enrich", operation="Read", kind="Topic", name="articles-submitted")
RULE = Binding(principal="enrich", operation="Read", kind="Topic", name="articles-submitted")


def test_a_broker_with_what_is_wanted_differs_in_nothing() -> None:
    difference = compare([GRANT], [RULE])
    assert (difference.missing, difference.superfluous) == ((), ())


def test_a_rule_that_forbids_or_holds_for_one_host_only_is_another_rule() -> None:
    for other in (
        replace(RULE, allow=False),
        replace(RULE, host="10.0.0.1"),
        replace(RULE, pattern="Prefixed"),
    ):
        difference = compare([GRANT], [other])
        assert (difference.missing, difference.superfluous) == ((GRANT,), (other,))


def test_everybody_is_somebody_whom_nobody_asked_in() -> None:
    everybody = replace(RULE, principal="*")
    assert compare([GRANT], [RULE, everybody]).superfluous == (everybody,)


def test_a_grant_is_told_as_the_command_that_makes_it() -> None:
    told = command(replace(GRANT, name="editorial-inbox-", pattern="Prefixed"))
    assert told.endswith(
        "--add --allow-principal User:enrich --operation Read --topic editorial-inbox-"
        " --resource-pattern-type prefixed"
    )


def test_a_refusal_names_the_grant_and_is_forgotten_when_it_is_not_repeated() -> None:
    now = [100.0]
    refused = Refused(clock=lambda: now[0])
    refused.note(TopicAuthorizationFailedError({"b", "a"}), "Write")
    assert "does not let our user Write Topic a, b; grant it" in str(refused.reason())
    now[0] += REMEMBERED_S
    assert refused.reason() is None


def test_only_rights_are_a_refusal() -> None:
    assert "Read Group enrich;" in str(refusal(GroupAuthorizationFailedError("enrich"), "Read"))
    assert refusal(KafkaTimeoutError(), "Read") is None
