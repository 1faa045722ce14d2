"""The OpenAPI document, made from the types of the answers, so that it says the same."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter
from starlette.requests import Request

from probe.web.site import Site

REFERENCE = "#/components/schemas/{model}"
BOOLEAN = {"type": "boolean", "default": False}
ERROR = {
    "type": "object",
    "description": "What is wrong with the request, in words.",
    "properties": {"error": {"type": "string"}},
    "required": ["error"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A query parameter, its JSON schema and what it is for."""

    name: str
    schema: dict[str, Any]
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A path, the type of its answer, and what finds that answer."""

    path: str
    summary: str
    parameters: tuple[Parameter, ...] = ()
    answer: Any
    find: Callable[[Site, Request], Awaitable[object]]


def number(least: int, most: int, default: int) -> dict[str, Any]:
    """Return the schema of a whole number."""
    return {"type": "integer", "minimum": least, "maximum": most, "default": default}


def document(endpoints: Sequence[Endpoint], version: str) -> dict[str, Any]:
    """Return the document; its one server is the place where it stands itself."""
    schemas, definitions = TypeAdapter.json_schemas(
        [(endpoint.path, "serialization", TypeAdapter(endpoint.answer)) for endpoint in endpoints],
        ref_template=REFERENCE,
    )
    kinds = {name: strict(kind) for name, kind in definitions.get("$defs", {}).items()}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "SPOT probe",
            "version": version,
            "description": "Whether each target can be reached, and whether that was announced. "
            "Instants are ISO 8601 with their offset, durations are in seconds.",
        },
        "servers": [{"url": "."}],
        "paths": {
            endpoint.path: {"get": _get(endpoint, schemas[endpoint.path, "serialization"])}
            for endpoint in endpoints
        },
        "components": {"schemas": {**kinds, "Error": ERROR}},
    }


def _get(endpoint: Endpoint, schema: dict[str, Any]) -> dict[str, Any]:
    answers = {"200": _answer("The answer.", schema)}
    if endpoint.parameters:
        wrong = {"$ref": REFERENCE.format(model="Error")}
        answers["400"] = _answer("A parameter cannot be obeyed.", wrong)
    return {
        "operationId": endpoint.path.strip("/"),
        "summary": endpoint.summary,
        "parameters": [
            {"name": p.name, "in": "query", "schema": p.schema, "description": p.description}
            for p in endpoint.parameters
        ],
        "responses": answers,
    }


def _answer(words: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": words, "content": {"application/json": {"schema": schema}}}


def strict(kind: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a type whose every field is always there, and no other."""
    if "properties" not in kind:
        return kind
    return {**kind, "required": list(kind["properties"]), "additionalProperties": False}
