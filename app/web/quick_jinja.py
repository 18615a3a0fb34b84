"""Jinja without what our templates never ask of it: on a quick page its generality costs more than our sentences.

Said once, when a template is compiled for a language: sentences without values, addresses of static files, and
components whose arguments stand in the template. Remembered: components that depend on their arguments alone.
"""

from collections.abc import Callable, Mapping
from types import CodeType, FunctionType
from typing import Any

from jinja2 import Environment, Template, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, Macro
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

# Components of parts.html that show nothing but their arguments, each of which takes a few values only.
PURE = frozenset({"icon", "chip", "stone"})


class QuickEnvironment(Environment):
    """Needs `foldable`: by name, what may be said while a template is compiled."""

    foldable: Mapping[str, Callable[[str], str]]

    def __init__(self, *, foldable: Mapping[str, Callable[[str], str]], **options: Any) -> None:
        super().__init__(**options)
        self.foldable = foldable
        self.remembered: dict[Any, str] = {}

    def share(self, template: str) -> None:
        """Makes the macros of that template known in all that are compiled after it."""
        self.globals.update({name: made for name, made in vars(self.get_template(template).module).items()
                             if isinstance(made, Macro)})  # fmt: skip

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree: nodes.Template = _Folder(self).visit(super()._parse(source, name, filename))
        return tree


class _Folder(NodeTransformer):
    """Replaces calls whose outcome is known by plain text."""

    def __init__(self, environment: QuickEnvironment) -> None:
        self._environment = environment

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802  named by the visitor
        known: nodes.Node = self.generic_visit(node)
        args = [value.value for value in node.args if isinstance(value, nodes.Const)]
        named = {pair.key: pair.value.value for pair in node.kwargs if isinstance(pair.value, nodes.Const)}
        is_whole = len(args) == len(node.args) and len(named) == len(node.kwargs) and not node.dyn_args
        say = self._find(getattr(node.node, "name", ""), len(args) + len(named))
        if say is None or not is_whole:
            return known
        text = say(*args, **named)
        return known if "%" in text else nodes.TemplateData(text, lineno=node.lineno)

    def _find(self, name: str, count: int) -> Callable[..., str] | None:
        if count == 1 and name in self._environment.foldable:
            return self._environment.foldable[name]
        made = self._environment.globals.get(name) if name in PURE else None
        return made if isinstance(made, Macro) else None


class _QuickContext(Context):
    """Calls macros and plain functions without asking each what it wants to be given."""

    def call(self, called: Any, /, *args: Any, **named: Any) -> Any:
        named.pop("_block_vars", None)
        named.pop("_loop_vars", None)
        if type(called) is FunctionType and not hasattr(called, "jinja_pass_arg"):
            return called(*args, **named)
        if type(called) is not Macro:
            return super().call(called, *args, **named)
        if called.name not in PURE:
            return called(self.eval_ctx, *args, **named)
        remembered: dict[Any, str] = self.environment.remembered  # type: ignore[attr-defined]
        # With their types: what is marked as safe equals the same text that is not.
        key = (called.name, args, *map(type, args), *named.items(), *map(type, named.values()))
        said = remembered.get(key)
        if said is None:
            said = remembered[key] = called(self.eval_ctx, *args, **named)
        return said


def _escape(value: Any) -> str:
    return value if type(value) is Markup else escape(value)


class _QuickCode(CodeGenerator):
    """Leaves alone what is safe already; the ordinary way makes a copy of it."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("escape_once(")
            if finalize.src is not None:
                self.write(finalize.src)


class _QuickTemplate(Template):
    """Its macros are made once: nothing of the page that imports them is known in them."""

    @classmethod
    def from_code(cls, environment: Environment, code: CodeType, globals: Any, uptodate: Any = None) -> Template:  # noqa: A002  Jinja's own name
        namespace = {"environment": environment, "__file__": code.co_filename, "escape_once": _escape}
        exec(code, namespace)  # noqa: S102  compiled from our own templates, as Jinja does
        made = cls._from_namespace(environment, namespace, globals)
        made._uptodate = uptodate  # noqa: SLF001  as Jinja does
        return made

    def _get_default_module(self, ctx: Context | None = None) -> Any:  # noqa: ARG002  Jinja's own signature
        return super()._get_default_module()


QuickEnvironment.template_class = _QuickTemplate
QuickEnvironment.context_class = _QuickContext
QuickEnvironment.code_generator_class = _QuickCode
