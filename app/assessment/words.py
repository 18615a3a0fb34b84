"""What occasions and periods are called on pages."""

from app.web.texts import lazy

POINTS = {
    "baseline": lazy("Baseline"),
    "post": lazy("After the training"),
    "follow-up-3": lazy("Three months later"),
    "follow-up-12": lazy("One year later"),
    "on-demand": lazy("In between"),
}
ABOUT = {
    "baseline": lazy("Where you are now, what matters in your role, and where you would like to be."),
    "post": lazy("Where you are now. Afterward, on pages of its own, where you think you were before."),
    "follow-up-3": lazy("Where you are now, three months on."),
    "follow-up-12": lazy("Where you are now, a year on."),
    "on-demand": lazy("Where you are now, on any day you like."),
}
FRAMES = {
    "last-three": lazy("your last three conversations"),
    "twelve-months": lazy("the past twelve months"),
}
BANDS = {
    "starting": lazy("starting"),
    "building": lazy("building"),
    "dependable": lazy("dependable"),
    "strong": lazy("strong"),
}
