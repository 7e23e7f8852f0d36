"""A process that indexes: it takes batches from a queue of DBOS, where each is called by its id alone."""

from __future__ import annotations

import functools
import logging
import threading
from contextlib import suppress

import sqlalchemy as sa
from dbos import (
    DBOS,
    DBOSClient,
    DBOSConfig,
    DBOSConfiguredInstance,
    DBOSPortableJSONSerializer,
    EnqueueOptions,
)

from bot.indexing import packed
from bot.indexing.queue import Call, Desk
from bot.log import frames
from bot.replicas import Replicas
from retrieval.passage import IndexMismatch
from retrieval.waits import patient, waits

log = logging.getLogger("footnote.worker")

QUEUE = "batches"
SCHEMA = "dbos_index"  # of its own: what `footnote serve` runs and this never take each other's work
VERSION = str(packed.VERSION)  # calls for a batch of another shape go to workers that know it
POLL_S = 0.2
PAUSES_S = (2.0, 8.0)  # between the attempts at one batch
PATIENCE_S = 600  # what the last batch may take when the worker is told to stop
IDLE_S = 5  # and DBOS, once there is none
_CLASS, _INSTANCE = "Batches", "footnote"


@DBOS.dbos_class(_CLASS)
class Batches(DBOSConfiguredInstance):
    """What DBOS knows by name, once a process; `worker` is who works now."""

    def __init__(self) -> None:
        super().__init__(_INSTANCE)
        self.worker: Worker | None = None

    @DBOS.workflow()
    def carry_out(self, id: int) -> None:
        """A call for one batch. The batch's own row says what is to be done, and whether it still is."""
        assert self.worker is not None
        self.worker.answer(id)


@functools.cache
def _batches() -> Batches:
    return Batches()


class Worker:
    """Answers calls until it is told to stop; its batch is finished then."""

    def __init__(self, desk: Desk, replicas: Replicas) -> None:
        self._desk = desk
        self._replicas = replicas
        self._stopping = threading.Event()
        self._misfit: IndexMismatch | None = None

    def run(self, address: str) -> bool:
        """Works on the queue in this database; False where something still waits for it when this ends.
        Raises IndexMismatch where its embedder is not the index's."""
        self._launch(address)
        log.info("working: executor=%s", self._replicas.executor)
        try:
            while not self._stopping.wait(1.0):
                self._look_around()
        finally:
            finished = self._close()
        if self._misfit:
            raise self._misfit
        return finished

    def stop(self) -> None:
        """Takes nothing more; `run` returns once the batch in hand is done."""
        self._stopping.set()

    def answer(self, id: int) -> None:
        """Carries a batch out, with pauses between attempts; somebody else may have it, or have done it."""
        for pause in (*PAUSES_S, 0.0):
            try:
                self._desk.carry(id)
                return
            except IndexMismatch as error:
                self._misfit = error
                return self.stop()
            except Exception as error:
                log.warning("batch=%s failed: %s", id, frames(error))
            if self._stopping.wait(pause):
                return

    def _launch(self, address: str) -> None:
        config: DBOSConfig = {
            "name": "footnote",
            "system_database_url": address,
            "dbos_system_schema": SCHEMA,
            "application_version": VERSION,
            "executor_id": self._replicas.executor,
            "serializer": DBOSPortableJSONSerializer(),
            "log_level": "ERROR",
            "db_engine_kwargs": {"hide_parameters": True, "connect_args": waits(sa.make_url(address))},
        }
        _batches().worker = self
        DBOS(config=config)
        DBOS.launch()
        self._replicas.beat()  # now it can be called, on a new database too
        DBOS.register_queue(QUEUE, worker_concurrency=1, polling_interval_sec=POLL_S)

    def _look_around(self) -> None:
        """Says that it lives; calls again for what dead workers had, and removes calls that are over."""
        try:
            if not self._replicas.beat():
                return
            living = self._replicas.alive()
            for one in DBOS.list_workflows(queue_name=QUEUE, status="PENDING", load_input=False):
                if one.executor_id not in living:
                    log.info("called again: workflow=%s", one.workflow_id)
                    DBOS.resume_workflow(one.workflow_id, queue_name=QUEUE)
            over = ["SUCCESS", "ERROR", "CANCELLED"]
            done = DBOS.list_workflows(queue_name=QUEUE, status=over, limit=500, load_input=False)
            DBOS.delete_workflows([one.workflow_id for one in done])
        except Exception as error:
            log.error("looking around failed: %s", frames(error))

    def _close(self) -> bool:
        """Waits for the batch in hand, alive to the others until then; False where DBOS does not end."""
        log.info("stopping: finishing the batch in hand")
        closing = threading.Thread(
            target=lambda: DBOS.destroy(workflow_completion_timeout_sec=PATIENCE_S),
            daemon=True,
        )
        closing.start()
        idle = 0
        while closing.is_alive() and idle < IDLE_S:  # without its database it would wait for ever
            with suppress(sa.exc.DBAPIError):
                self._replicas.beat()
            closing.join(timeout=1.0)
            idle = 0 if self._desk.busy else idle + 1
        self._replicas.leave()
        return not closing.is_alive()


def caller(address: str) -> Call:
    """What calls workers to a batch, within the transaction that keeps it. Some worker has run before."""
    client = DBOSClient(
        system_database_url=patient(address),
        dbos_system_schema=SCHEMA,
        serializer=DBOSPortableJSONSerializer(),
    )
    options: EnqueueOptions = {
        "queue_name": QUEUE, "workflow_name": f"{_CLASS}.carry_out", "class_name": _CLASS,
        "instance_name": _INSTANCE, "app_version": VERSION,
    }  # fmt: skip

    def call(connection: sa.Connection, id: int) -> None:
        client.enqueue_in_transaction(connection, options, id)

    return call
