"""S34: whatever people of three institutions do, nobody ever reads a word of another institution.

Their platforms call everything alike; their words carry marks (`tests/tenant_world.py`). Steps are drawn: launches,
forms filled as they are found on the pages, completions, jobs, looks at the neighbours' addresses. After each step
pages are crawled by their links: in the suite those of who acted and of one neighbour, and everybody's at the end;
under CAIRN_SOAK those of one person of each institution, and everybody's after every fifth step.
"""

import os
from contextlib import ExitStack
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from app.config import Settings
from tests.conftest import BASE_URL, SECRET, FrozenClock
from tests.tenant_world import COURSES, KEYS, LEARNERS, LINKS, MARKS, OPERATORS_BEGINNINGS, PEOPLE, Tenant, TenantWorld

IS_SOAK = bool(os.environ.get("CAIRN_SOAK"))
EXAMPLES, STEPS = (200, 50) if IS_SOAK else (6, 3)
EVERYBODY_EACH = 5
CALM = settings(
    max_examples=EXAMPLES, stateful_step_count=STEPS, database=None, derandomize=not IS_SOAK,
    phases=[Phase.generate, *([Phase.shrink] if IS_SOAK else [])], suppress_health_check=list(HealthCheck),
)  # fmt: skip
TENANTS, NUMBERS = st.integers(0, len(MARKS) - 1), st.integers(0, 99)
PERSONS, SOME_LEARNERS = st.sampled_from(PEOPLE), st.sampled_from(LEARNERS)


class Tenants(RuleBasedStateMachine):
    """People of three institutions, each in a browser of their own, and the operator in the console."""

    def __init__(self, kind: str, new_database: Any, folder: Any) -> None:
        super().__init__()
        self.stack = ExitStack()
        url = self.stack.enter_context(new_database(kind))
        made = Settings(env="production", base_url=BASE_URL, database_url=url, data_dir=folder, secret_key=SECRET)
        self.world = TenantWorld(made, FrozenClock())
        self.stack.callback(self.world.close)
        self.steps = 0
        self.acted: tuple[int, str] = (0, PEOPLE[0])

    def _act(self, number: int, sub: str) -> Tenant:
        self.acted = (number, sub)
        return self.world.tenants[number]

    @rule(
        number=TENANTS,
        sub=PERSONS,
        course=st.sampled_from(COURSES),
        link=st.sampled_from(LINKS),
        key=st.sampled_from(KEYS),
    )
    def launches(self, number, sub, course, link, key):
        self.world.enter(self._act(number, sub), sub, course=course, link=link, key=key)

    @rule(number=TENANTS, sub=PERSONS, page=NUMBERS, form=NUMBERS, choice=NUMBERS)
    def sends_a_form(self, number, sub, page, form, choice):
        tenant = self._act(number, sub)
        paths = tenant.seen[sub]
        here = tenant.people[sub]
        forms = self.world.list_forms(here, paths[page % len(paths)])
        if forms:
            where, chosen = forms[form % len(forms)]
            words = f"words of {tenant.mark}"
            answer = self.world.send(here, where, chosen, words=words, choice=choice)
            assert answer.status_code < 500, (where, answer.text[:500])
            self.judge(tenant, sub, where, answer)

    @rule(page=NUMBERS, form=NUMBERS, choice=NUMBERS)
    def operator_sends_a_form(self, page, form, choice):
        operator = self.world.operator
        paths = [path for path, _ in self.world.crawl(operator, OPERATORS_BEGINNINGS)]
        forms = self.world.list_forms(operator, paths[page % len(paths)])
        if forms:
            where, chosen = forms[form % len(forms)]
            answer = self.world.send(operator, where, chosen, words="words of nobody", choice=choice)
            assert answer.status_code < 500, (where, answer.text[:500])

    @rule(number=TENANTS, sub=SOME_LEARNERS)
    def completes(self, number, sub):
        self.world.complete(self._act(number, sub), sub)

    @rule(minutes=st.sampled_from([1, 20, 90]))
    def time_passes_and_jobs_run(self, minutes):
        self.world.clock.pass_by(minutes=minutes)
        self.world.works_off()
        completed = {(tenant.mark, sub) for tenant in self.world.tenants for sub in tenant.completed}
        assert self.world.scores <= completed

    @rule(number=TENANTS, sub=PERSONS, other=st.integers(1, len(MARKS) - 1), whose=PERSONS)
    def looks_where_others_were(self, number, sub, other, whose):
        tenant = self._act(number, sub)
        for path in self.world.tenants[(number + other) % len(MARKS)].seen[whose]:
            self.judge(tenant, sub, path, tenant.people[sub].get(path))

    @invariant()
    def everybody_reads_only_their_own(self):
        self.steps += 1
        if IS_SOAK and self.steps % EVERYBODY_EACH == 0:
            self.everybody_looks()
            return
        number, sub = self.acted
        for more in range(len(MARKS) if IS_SOAK else 2):
            tenant = self.world.tenants[(number + more) % len(MARKS)]
            self.looks(tenant, sub if not more else PEOPLE[self.steps % len(PEOPLE)])

    def everybody_looks(self) -> None:
        for tenant in self.world.tenants:
            for sub in PEOPLE if IS_SOAK else PEOPLE[1:]:
                self.looks(tenant, sub)
        self.operator_looks()

    def looks(self, tenant: Tenant, sub: str) -> None:
        """All that they can open holds their institution's words, and nobody else's."""
        texts = []
        seen = []
        for path, answer in self.world.open_all(tenant, sub, is_brief=not IS_SOAK):
            assert answer.status_code in {200, 303}, (path, answer.status_code, answer.text[:500])
            texts.append(self.judge(tenant, sub, path, answer))
            seen.append(path)
        assert any(tenant.mark in text for text in texts), (tenant.mark, sub, seen)
        tenant.seen[sub] = seen

    def judge(self, tenant: Tenant, sub: str, path: str, answer: Any) -> str:
        whole = f"{answer.text} {dict(answer.headers)}".lower()
        foreign = [mark for mark in MARKS if mark != tenant.mark and mark in whole]
        assert not foreign, (tenant.mark, sub, path, foreign)
        return whole

    def operator_looks(self) -> None:
        """Who runs the server sees all institutions, and on the page of one of them that one alone."""
        found = set()
        for path, answer in self.world.crawl(self.world.operator, OPERATORS_BEGINNINGS):
            marks = {mark for mark in MARKS if mark in answer.text.lower()}
            assert "/institutions/" not in path or len(marks) <= 1, (path, marks)
            assert "learner-" not in answer.text.lower(), path
            found |= marks
        assert found == set(MARKS)

    def teardown(self) -> None:
        with self.stack:
            self.everybody_looks()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_s34_nobody_reads_a_word_of_another_institution(kind, new_database, tmp_path):
    run_state_machine_as_test(lambda: Tenants(kind, new_database, tmp_path), settings=CALM)
