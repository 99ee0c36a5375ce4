/** A menu that floats beside what it is about. */

import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";

import { Icon, useEditor } from "./parts";

export function Menu(): JSX.Element | null {
  const editor = useEditor();
  const open = editor.menu.value;
  return open ? <MenuBox key={open.label + String(open.items.length)} /> : null;
}

function MenuBox(): JSX.Element | null {
  const editor = useEditor();
  const box = useRef<HTMLDivElement>(null);
  const open = editor.menu.value;
  const opener = useRef(document.activeElement);
  const refocus = (): void => {
    const from = opener.current;
    if (editor.menu.peek() || editor.writing.peek() || editor.focusNext.peek()) return;
    if (from instanceof HTMLElement && from.isConnected && from !== document.body && !from.closest(".map.edit")) from.focus();
    else editor.focusNext.value = editor.selected.peek();
  };
  useLayoutEffect(() => {
    const node = box.current;
    if (!node || !open) return;
    const { width, height } = node.getBoundingClientRect();
    const below = open.at.bottom + 4;
    const top = below + height > innerHeight - 8 ? Math.max(8, Math.min(open.at.top - height - 4, innerHeight - height - 8)) : below;
    node.style.setProperty("left", `${Math.max(8, Math.min(open.at.left, innerWidth - width - 8))}px`);
    node.style.setProperty("top", `${top < 8 ? 8 : top}px`);
    node.querySelector<HTMLElement>("[role^=menuitem]")?.focus();
  }, [open]);
  useEffect(() => {
    const away = (event: PointerEvent): void => { if (!box.current?.contains(event.target as Node)) editor.menu.value = null; };
    addEventListener("pointerdown", away, true);
    return () => removeEventListener("pointerdown", away, true);
  }, []);
  if (!open) return null;
  return (
    <div ref={box} role="menu" class="m-menu" aria-label={open.label} onKeyDown={(event) => menuKey(event, () => { editor.menu.value = null; refocus(); })}>
      {open.items.map((item, index) => (
        <button key={`${index} ${item.label}`} type="button" tabIndex={-1} role={item.checked === undefined ? "menuitem" : "menuitemcheckbox"} aria-checked={item.checked}
          class={item.danger ? "danger" : ""} onClick={() => { const at = open; item.run(); if (editor.menu.value === at) editor.menu.value = null; refocus(); }}>
          {item.checked ? <Icon name="check" /> : item.icon ? <Icon name={item.icon} /> : <span class="i" />}
          <span>{item.label}</span>{item.hint ? <span class="hint">{item.hint}</span> : null}
        </button>
      ))}
    </div>
  );
}

function menuKey(event: KeyboardEvent, close: () => void): void {
  const items = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>("[role^=menuitem]")];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (event.key === "Escape" || event.key === "Tab") close();
  else if (to !== undefined) items[(to + items.length) % items.length]?.focus();
  else if (event.key.length === 1) items.find((item, index) => index > at && (item.textContent ?? "").toLocaleLowerCase().startsWith(event.key.toLocaleLowerCase()))?.focus();
  if (event.key !== "Enter" && event.key !== " ") event.preventDefault();
  event.stopPropagation();
}
