"""Workers on a real PostgreSQL and Weaviate share a sync; whoever is killed, nothing is lost or doubled."""

from __future__ import annotations

import contextlib
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
import sqlalchemy as sa
from indexers import Company, complete, started, until

from bot.indexing.queue import Desk
from bot.indexing.worker import Worker
from bot.replicas import WORK, Replicas
from bot.state import alone, connect, upgrade
from deploy.postgres.server import running
from retrieval.batch import Works

pytestmark = [pytest.mark.services, pytest.mark.timeout(600)]
DOCUMENTS = 1500  # six batches


@pytest.fixture
def company(database: str, weaviate: Any, tmp_path: Path) -> Iterator[Company]:
    yield from started(database, weaviate, tmp_path)


def test_a_worker_says_that_it_lives_once_it_can_be_called_on_a_new_database_too(database: str) -> None:
    engine, seen = connect(database), list[bool]()
    upgrade(engine)
    ready = sa.text("SELECT to_regclass('dbos_index.workflow_status') IS NOT NULL")

    class Noting(Replicas):
        def beat(self) -> bool:
            with engine.connect() as connection:
                seen.append(bool(connection.scalar(ready)))
            return super().beat()

    desk = Desk(alone(database), cast(Works, None), "nobody")
    worker = Worker(desk, Noting(engine, WORK))
    worker.stop()
    worker.run(database)

    assert seen[:1] == [True]
    engine.dispose()


def test_three_workers_and_a_sync_index_each_document_once(company: Company) -> None:
    company.write(DOCUMENTS)
    company.work(3)

    syncing = company.index()

    assert syncing.wait(120) == 0, company.logs()
    assert company.counted() == complete(DOCUMENTS)
    assert company.said("batch done") > 0, company.logs()
    for worker in company.workers:
        worker.terminate()
    assert [worker.wait(30) for worker in company.workers] == [0, 0, 0]


def test_workers_and_syncs_killed_at_any_moment_leave_a_complete_index(company: Company) -> None:
    seed = random.randrange(1 << 30)
    print(f"seed {seed}")
    chance = random.Random(seed)
    company.write(DOCUMENTS)
    company.work(2)
    for _ in range(3):
        syncing = company.index()
        until(lambda: company.said("batch taken") > 0, company.logs)
        time.sleep(chance.uniform(0, 4))
        for process in (company.workers.pop(chance.randrange(2)), syncing):
            process.kill()
            process.wait()
        company.work(1)

    assert company.index().wait(120) == 0, company.logs()

    assert company.counted() == complete(DOCUMENTS)


def test_a_worker_that_is_told_to_stop_finishes_its_batch_and_the_sync_does_the_rest(
    company: Company,
) -> None:
    company.write(DOCUMENTS)
    company.work(1)
    syncing = company.index()
    until(lambda: company.said("batch taken") > 0, company.logs)

    company.workers[0].terminate()

    assert company.workers[0].wait(60) == 0
    assert company.said("batch taken") == company.said("batch done")
    assert syncing.wait(120) == 0, company.logs()
    assert company.counted() == complete(DOCUMENTS)


def test_a_worker_whose_database_is_gone_still_ends_when_it_is_told_to(weaviate: Any, tmp_path: Path) -> None:
    with (
        running() as postgres,
        contextlib.contextmanager(started)(postgres.url, weaviate, tmp_path) as company,
    ):
        company.write(DOCUMENTS)
        company.work(1)
        syncing = company.index()
        until(lambda: company.said("batch taken") > 0, company.logs)

        postgres.process.send_signal(signal.SIGQUIT)
        postgres.process.wait()
        company.workers[0].terminate()

        assert company.workers[0].wait(60) == 0
        assert syncing.wait(60) == 1
        assert "Traceback" not in company.logs()
