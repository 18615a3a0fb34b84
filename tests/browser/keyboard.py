"""A hand on the keyboard and nothing else: Tab, arrows, Space, Enter and typing."""

from playwright.sync_api import Error, Frame, Page

MOST_TABS = 200
PATIENCE = 1500
IS_NEW = "() => !window.isOld && document.readyState === 'complete' && !!document.querySelector('h1')"
MATCHES = "selector => !!document.activeElement && document.activeElement.matches(selector)"
CHECKED = "name => (document.querySelector(`input[name='${name}']:checked`) || {}).value"


class Keyboard:
    """Works inside the tool's frame of an LMS page, or on the page itself where no frame is named."""

    def __init__(self, page: Page, frame_id: str | None = "tool-frame") -> None:
        self.page = page
        self._frame_id = frame_id

    @property
    def frame(self) -> Frame:
        if self._frame_id is None:
            return self.page.main_frame
        element = self.page.wait_for_selector(f"iframe#{self._frame_id}")
        assert element is not None
        frame = element.content_frame()
        assert frame is not None
        return frame

    @property
    def path(self) -> str:
        """Where the frame is, without its origin."""
        return "/" + self.frame.url.split("/", 3)[3].split("#")[0]

    def to(self, selector: str) -> None:
        """Presses Tab until something inside the frame that matches has the focus."""
        frame = self.frame
        assert frame.query_selector(selector), (self.path, selector, frame.inner_text("main")[:600])
        for _ in range(MOST_TABS):
            if frame.evaluate(MATCHES, selector):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not reach {selector} on {self.path}")

    def choose(self, name: str, value: str) -> None:
        """Comes to a group of radio buttons, takes the one it stands on, and goes down to the wanted one."""
        self.to(f"input[type=radio][name='{name}']")
        self.page.keyboard.press("Space")
        frame = self.frame
        for _ in range(20):
            if frame.evaluate(CHECKED, name) == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no {value} in {name} on {self.path}")

    def tick(self, name: str, values: list[str]) -> None:
        for value in values:
            self.to(f"input[type=checkbox][name='{name}'][value='{value}']")
            self.page.keyboard.press("Space")

    def type(self, selector: str, text: str) -> None:
        self.to(selector)
        self.page.keyboard.type(text)

    def press(self, selector: str) -> None:
        """Comes to a link or button, presses Enter, and waits for the page that follows."""
        self.to(selector)
        self.frame.evaluate("() => { window.isOld = true; }")
        self.page.keyboard.press("Enter")
        self._wait_for_new_page(selector)

    def _wait_for_new_page(self, selector: str) -> None:
        for _ in range(PATIENCE):
            try:
                if self.frame.evaluate(IS_NEW):
                    return
            except Error:  # the old page is being taken away at this very moment
                pass
            self.page.wait_for_timeout(20)
        raise AssertionError(f"{selector} on {self.path} leads nowhere")
