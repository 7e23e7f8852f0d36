"""Every setting, once: its name, type, default and a sentence. Nothing else reads the environment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from bot.care.kept import Kept
from bot.learning.wanted import Wanted
from bot.pages.wanted import Opened
from bot.tracing.wanted import Observed
from retrieval.passage import SettingError

PROFILES: dict[str, dict[str, str]] = {
    "local": {"store": "lance", "writer": "extract"},
    "team": {"store": "weaviate", "writer": "chat"},
    "cluster": {"store": "weaviate", "writer": "chat"},
}
PIECES = "Word pieces of a passage; the next footnote index after a change reads every document again."
BEGINS = {
    "database_url": ("postgresql://", "postgresql+psycopg://", "sqlite://"),
    "slack_bot_token": ("xoxb-", "xoxe.xoxb-"),
    "slack_app_token": ("xapp-",),
    "slack_api_url": ("https://", "http://"),
}


def _setting(default: Any, name: str, sentence: str, **rules: Any) -> Any:
    return Field(default, validation_alias=name, description=sentence, **rules)


def _key(name: str, sentence: str) -> Any:
    return _setting(SecretStr(""), name, sentence)


class Settings(Wanted, Kept, Observed, Opened):
    """All settings. Read from the environment, then from `.env` in the working folder."""

    # By alias only: by name, HOME and MODEL of any shell would be settings of ours.
    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True)

    profile: Literal["local", "team", "cluster"] = _setting(
        "local", "FOOTNOTE_PROFILE", "The one dial: sets store and writer; each can still be set by hand."
    )
    home: Path = _setting(Path(".footnote"), "FOOTNOTE_HOME", "Folder of index, state and caches.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = _setting(
        "INFO", "FOOTNOTE_LOG_LEVEL", "How much is logged. Never message or document text, at any level."
    )

    workspace: str = _setting(
        "main",
        "FOOTNOTE_WORKSPACE",
        "The Slack workspace whose index is searched; each has a table of its own.",
        pattern=r"^[A-Za-z0-9_-]{1,48}$",
    )
    store: Literal["", "lance", "weaviate"] = _setting(
        "", "FOOTNOTE_STORE", "Where passages live. Empty: as the profile says."
    )
    weaviate_url: str = _setting("http://127.0.0.1:8080", "WEAVIATE_URL", "Address of Weaviate.")
    weaviate_grpc_port: int = _setting(
        50051, "WEAVIATE_GRPC_PORT", "Port on which Weaviate speaks gRPC.", ge=1, le=65535
    )
    weaviate_api_key: SecretStr = _key("WEAVIATE_API_KEY", "Key for Weaviate, if it asks for one.")
    weaviate_grpc_host: str = _setting(
        "", "WEAVIATE_GRPC_HOST", "Host on which Weaviate speaks gRPC, if not that of WEAVIATE_URL."
    )
    weaviate_replicas: int = _setting(
        1,
        "FOOTNOTE_WEAVIATE_REPLICAS",
        "Copies of each workspace on a cluster of Weaviate; taken up by the next --rebuild.",
        ge=1,
        le=9,
    )
    collection: str = _setting(
        "Footnote",
        "FOOTNOTE_COLLECTION",
        "Name of the collection in Weaviate.",
        pattern=r"^[A-Z][A-Za-z0-9_]*$",
    )
    embedder: str = _setting(
        "minilm",
        "FOOTNOTE_EMBEDDER",
        "minilm, minilm-float, hf:NAME (any sentence-transformers model; extra torch) or endpoint:NAME.",
        pattern=r"^(minilm|minilm-float|hf:.+|endpoint:.+)$",
    )
    embeddings_url: str = _setting(
        "", "FOOTNOTE_EMBEDDINGS_URL", "OpenAI-compatible address of the embeddings endpoint, ending in /v1."
    )
    embeddings_api_key: SecretStr = _key("FOOTNOTE_EMBEDDINGS_API_KEY", "Key for that endpoint.")
    alpha: float = _setting(
        0.6, "FOOTNOTE_ALPHA", "Weight of meaning against words in search: 0 words, 1 vectors.", ge=0, le=1
    )
    half_life_days: float | None = _setting(
        None, "FOOTNOTE_HALF_LIFE_DAYS", "Age at which a document counts half. Empty: none does.", gt=0
    )
    reranker: str = _setting(
        "",
        "FOOTNOTE_RERANKER",
        "Reads the best 20 again: hf:NAME (a cross-encoder; extra torch) or endpoint:NAME. Empty: none.",
        pattern=r"^(hf:.+|endpoint:.+)?$",
    )
    rerank_weight: float = _setting(
        0.5, "FOOTNOTE_RERANK_WEIGHT", "Weight of the reranker against search among those 20.", ge=0, le=1
    )
    rerank_timeout_s: float = _setting(
        2.0,
        "FOOTNOTE_RERANK_TIMEOUT_S",
        "Seconds it may take; beyond them the order of search stands.",
        gt=0,
        le=60,
    )
    rerank_url: str = _setting(
        "", "FOOTNOTE_RERANK_URL", "Address of the reranker in the form of Cohere and Jina, ending in /v1."
    )
    rerank_api_key: SecretStr = _key("FOOTNOTE_RERANK_API_KEY", "Key for that endpoint.")
    expand: str = _setting(
        "",
        "FOOTNOTE_EXPAND",
        "What a chat model writes for the search: rewrite, variants, hypothetical, parts. Empty: nothing.",
        pattern=r"^((rewrite|variants|hypothetical|parts)(,\s*|$))*$",
    )
    entailment: str = _setting(
        "",
        "FOOTNOTE_ENTAILMENT",
        "Judges each sentence: hf:NAME (for inference; extra torch) or endpoint:NAME. Empty: none.",
        pattern=r"^(hf:.+|endpoint:.+)?$",
    )
    passages: int = _setting(6, "FOOTNOTE_PASSAGES", "Passages the writer is given.", ge=1, le=30)
    passage_pieces: int = _setting(220, "FOOTNOTE_PASSAGE_PIECES", PIECES, ge=60, le=2000)
    sources: Path = _setting(
        Path("sources.toml"), "FOOTNOTE_SOURCES", "The file that names the sources of documents."
    )
    probes: Path | None = _setting(
        None,
        "FOOTNOTE_PROBES",
        "A JSONL file of questions, each with its document; a rebuild that finds fewer is refused.",
    )
    max_file_mb: int = _setting(50, "FOOTNOTE_MAX_FILE_MB", "Larger files are skipped and named.", ge=1)

    writer: Literal["", "extract", "chat"] = _setting(
        "",
        "FOOTNOTE_WRITER",
        "Who writes: extract (verbatim sentences, no model) or chat. Empty: as the profile says.",
    )
    vllm_base_url: str = _setting(
        "", "VLLM_BASE_URL", "OpenAI-compatible address of the model server, ending in /v1."
    )
    vllm_api_key: SecretStr = _key("VLLM_API_KEY", "Key for the model server, if it asks for one.")
    model: str = _setting(
        "", "FOOTNOTE_MODEL", "Model or adapter on that server. Empty: what is in production."
    )
    base_model: str = _setting(
        "",
        "FOOTNOTE_BASE_MODEL",
        "Name of the base model on that server; asked where the adapter of FOOTNOTE_MODEL fails.",
    )
    fallback_model: str = _setting(
        "",
        "FOOTNOTE_FALLBACK_MODEL",
        "A second chat model, named as LangChain's init_chat_model names it. Optional.",
    )
    writer_timeout_s: float = _setting(
        60.0,
        "FOOTNOTE_WRITER_TIMEOUT_S",
        "Seconds the models have for a draft; each may take an equal part of what those before it left.",
        gt=0,
        le=600,
    )
    writer_silence_s: float = _setting(
        15.0,
        "FOOTNOTE_WRITER_SILENCE_S",
        "Seconds of silence, before a model's first word or between two, after which the next is asked.",
        gt=0,
        le=600,
    )
    marker_grammar: bool = _setting(
        False,
        "FOOTNOTE_MARKER_GRAMMAR",
        "Whether vLLM holds the model to markers that exist, by a grammar; costs it some speed.",
    )
    threshold: float | None = _setting(
        None,
        "FOOTNOTE_THRESHOLD",
        "Below this probability that the passages carry an answer, say so. Empty: fitted.",
        ge=0,
        le=1,
    )

    database_url: str = _setting(
        "", "DATABASE_URL", "State of inbox, votes and durable work. Empty: a SQLite file in FOOTNOTE_HOME."
    )
    slack_bot_token: SecretStr = _key("SLACK_BOT_TOKEN", "Bot token, xoxb-...")
    slack_app_token: SecretStr = _key("SLACK_APP_TOKEN", "App token, xapp-...; turns on Socket Mode.")
    slack_signing_secret: SecretStr = _key(
        "SLACK_SIGNING_SECRET",
        "Signing secret; turns on HTTP events where there is no app token.",
    )
    slack_api_url: str = _setting("https://slack.com/api/", "SLACK_API_URL", "Address of Slack's Web API.")
    admins: str = _setting(
        "",
        "FOOTNOTE_ADMINS",
        "Slack ids, with commas between them, of members who are admins beside the workspace's own.",
        pattern=r"^\s*([UW][A-Z0-9]+\s*(,\s*|$))*$",
    )
    answer_guests: bool = _setting(False, "FOOTNOTE_ANSWER_GUESTS", "Whether guests are answered.")
    answer_strangers: bool = _setting(
        False, "FOOTNOTE_ANSWER_STRANGERS", "Whether people of other companies are answered (Slack Connect)."
    )
    answer_bots: bool = _setting(
        False, "FOOTNOTE_ANSWER_BOTS", "Whether other apps are answered: each once in a thread, five an hour."
    )
    quota_person: int = _setting(
        30, "FOOTNOTE_QUOTA_PERSON", "Questions an hour that one person may ask; 0: any number.", ge=0
    )
    quota_channel: int = _setting(
        200, "FOOTNOTE_QUOTA_CHANNEL", "Questions an hour in one channel; 0: any number.", ge=0
    )
    suggested: str = _setting(
        "",
        "FOOTNOTE_SUGGESTED",
        "Up to four questions, with | between them, that are suggested above the bot's messages.",
        pattern=r"^[^|]{0,400}(\|[^|]{0,400}){0,3}$",
    )
    attachment_mb: int = _setting(
        10, "FOOTNOTE_ATTACHMENT_MB", "Larger files with a question are not read; 0: none is.", ge=0, le=100
    )
    http_host: str = _setting("127.0.0.1", "FOOTNOTE_HTTP_HOST", "Address that footnote serve listens on.")
    http_port: int = _setting(3000, "FOOTNOTE_HTTP_PORT", "Port of Slack's events.", ge=0, le=65535)
    metrics_port: int = _setting(
        0, "FOOTNOTE_METRICS_PORT", "Port of health and metrics; keep it private. 0: none.", ge=0, le=65535
    )

    @model_validator(mode="before")
    @classmethod
    def _empty_means_default(cls, values: Any) -> Any:
        return {k: v for k, v in values.items() if v != ""} if isinstance(values, dict) else values

    @field_validator(*BEGINS)
    @classmethod
    def _begins(cls, value: Any, info: ValidationInfo) -> Any:
        given = value.get_secret_value() if isinstance(value, SecretStr) else value
        if given and not (given.startswith(BEGINS[str(info.field_name)]) and given.isascii()):
            raise ValueError(f"Has to begin with {' or '.join(BEGINS[str(info.field_name)])}")
        return value

    @property
    def store_kind(self) -> str:
        return self.store or PROFILES[self.profile]["store"]

    @property
    def writer_kind(self) -> str:
        return self.writer or PROFILES[self.profile]["writer"]

    @property
    def suggestions(self) -> tuple[str, ...]:
        return tuple(question.strip() for question in self.suggested.split("|") if question.strip())

    @property
    def admin_ids(self) -> frozenset[str]:
        return frozenset(id for part in self.admins.split(",") if (id := part.strip()))


def load(**overrides: Any) -> Settings:
    """The settings of this process; `overrides` by name win. Raises SettingError naming what is wrong."""
    try:
        return Settings(**{_variable(name): value for name, value in overrides.items()})
    except ValidationError as error:
        lines = [_sentence(e["loc"], e["msg"]) for e in error.errors(include_url=False, include_input=False)]
        raise SettingError("\n".join(lines)) from None
    except UnicodeDecodeError:
        raise SettingError(".env is not UTF-8: save it as that.") from None


def secret(name: str) -> str | None:
    """A variable that sources.toml names as env:NAME; None where it is set nowhere."""
    file = Settings.model_config.get("env_file")
    return os.environ.get(name) or (dotenv_values(str(file)).get(name) if file else None) or None


def _variable(name: str) -> str:
    field = Settings.model_fields.get(name)
    return str(field.validation_alias) if field else name


def _sentence(where: tuple[int | str, ...], message: str) -> str:
    given = str(where[0]) if where else "settings"
    names = {n: f for n, f in Settings.model_fields.items()}
    field = names.get(given) or next((f for f in names.values() if f.validation_alias == given), None)
    if field is None:
        return f"{given}: {message}."
    if message.startswith("String should match pattern"):  # an expression that says nothing to most people
        return f"{field.validation_alias} cannot be that. {field.description}"
    said = message.removeprefix("Value error, ").removesuffix(".")
    return f"{field.validation_alias}: {said}. {field.description}"
