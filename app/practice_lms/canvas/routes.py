"""All of Canvas's addresses."""

from fastapi import APIRouter

ROUTERS: tuple[APIRouter, ...] = ()
