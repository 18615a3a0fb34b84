"""Test controls under /practice: a real LMS has nothing like them."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from app.practice_lms.dependencies import ThePlatform
from app.practice_lms.faults import Fault
from app.practice_lms.gradebook import build_gradebook, show_grade
from app.practice_lms.pages import get_course
from app.practice_lms.settings import TemperName

router = APIRouter(prefix="/practice")


class WantedTemper(BaseModel):
    temper: TemperName


class WantedPeople(BaseModel):
    course: str
    count: int


class WantedLineItem(BaseModel):
    link: str
    maximum: float = 1


class WantedGrade(BaseModel):
    item: str
    person: str
    score: float | None
    at: datetime | None = None


@router.post("/temper", name="practice.temper")
def switch_temper(wanted: WantedTemper, platform: ThePlatform) -> dict[str, str]:
    platform.switch_temper(wanted.temper)
    return {"temper": platform.temper.name}


@router.post("/faults", name="practice.add_fault")
def add_fault(fault: Fault, platform: ThePlatform) -> dict[str, bool]:
    platform.faults.add(fault)
    return {"waiting": True}


@router.delete("/faults", name="practice.clear_faults")
def clear_faults(platform: ThePlatform) -> dict[str, bool]:
    platform.faults.clear()
    return {"waiting": False}


@router.post("/revoke-tokens", name="practice.revoke_tokens")
def revoke_tokens(platform: ThePlatform) -> dict[str, int]:
    platform.tokens.revoke_all()
    return {"issued": platform.tokens.issued}


@router.post("/rotate-keys", name="practice.rotate_keys")
def rotate_keys(platform: ThePlatform, *, drop_old: bool = False) -> dict[str, str]:
    return {"kid": platform.keys.rotate(drop_old=drop_old).kid}


@router.post("/line-items", name="practice.add_line_item")
def add_line_item(wanted: WantedLineItem, platform: ThePlatform) -> dict[str, str]:
    return {"item": platform.add_line_item(wanted.link, maximum=wanted.maximum).id}


@router.delete("/line-items/{item_id}", name="practice.delete_line_item")
def delete_line_item(item_id: str, platform: ThePlatform) -> dict[str, str]:
    platform.delete_line_item(item_id)
    return {"item": item_id}


@router.post("/people", name="practice.add_people")
def add_people(wanted: WantedPeople, platform: ThePlatform) -> dict[str, list[str]]:
    return {"people": [person.id for person in platform.add_people(wanted.course, wanted.count)]}


@router.post("/grades", name="practice.set_grade")
def set_grade(wanted: WantedGrade, platform: ThePlatform) -> dict[str, Any]:
    return show_grade(platform.set_grade(wanted.item, wanted.person, wanted.score, at=wanted.at))


@router.get("/gradebook", name="practice.gradebook")
def show_gradebook(course: str, platform: ThePlatform) -> dict[str, Any]:
    return build_gradebook(platform, get_course(platform, course))


@router.get("/calls", name="practice.calls")
def list_calls(platform: ThePlatform, service: str = "") -> list[dict[str, Any]]:
    return [call.as_dict() for call in platform.calls if service in {"", call.service}]
