/** Small parts that every view of the map is made of. */

import { Component, createContext, h, type ComponentChildren, type FunctionComponent, type JSX } from "preact";
import { useContext, useEffect, useLayoutEffect, useRef } from "preact/hooks";

import { t } from "../../i18n";
import type { Editor } from "../editor";
import { provenanceWord } from "../words";
import type { Provenance } from "../types";

export const EditorContext = createContext<Editor>(null as unknown as Editor);
export const useEditor = (): Editor => useContext(EditorContext);

let sprite = "";
/** Where the icons lie. */
export function useSprite(address: string): void {
  sprite = address;
}

export function Icon({ name, kind = "i" }: { name: string; kind?: string }): JSX.Element {
  return <svg class={kind} aria-hidden="true"><use href={`${sprite}#${name}`} /></svg>;
}

/** A component that is drawn again only when one of its properties is another one. */
export function memo<P extends object>(drawn: FunctionComponent<P>): FunctionComponent<P> {
  class Kept extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      const now = this.props as Record<string, unknown>;
      return Object.entries(next).some(([name, value]) => now[name] !== value);
    }
    override render(): JSX.Element {
      return h(drawn as FunctionComponent<object>, this.props as object) as JSX.Element;
    }
  }
  return Kept as unknown as FunctionComponent<P>;
}

const SHAPES: Readonly<Record<Provenance, () => JSX.Element>> = {
  observed: () => <rect class="f" x="1.2" y="1.2" width="9.6" height="9.6" rx="1" />,
  reported: () => <><path d="M1.4 2.2h9.2v6H5.6L3 10.8V8.2H1.4z" /><path d="M3.6 4.4h4.8M3.6 6.2h3.2" stroke-width="1.1" /></>,
  estimated: () => <><circle cx="6" cy="6" r="4.9" /><path d="M3.2 6.6c1-1.5 1.9-1.5 2.8-.5s1.8 1 2.8-.6" /></>,
  assumed: () => <circle cx="6" cy="6" r="4.8" stroke-dasharray="2.1 1.67" />,
};

/** How a thing is known: a shape, and the word for those who do not see it. */
export function Prov({ of, worded = false }: { of: Provenance; worded?: boolean }): JSX.Element {
  return (
    <span class="prov" title={provenanceWord(of)}>
      <svg viewBox="0 0 12 12" aria-hidden="true">{SHAPES[of]()}</svg>
      <span class={worded ? "" : "vh"}>{provenanceWord(of)}</span>
    </span>
  );
}

interface WriteProps {
  value: string;
  label: string;
  placeholder?: string;
  lines?: boolean;
  class?: string;
  done: (text: string, how: "enter" | "tab" | "leave") => void;
  cancel: () => void;
}

function fit(area: HTMLTextAreaElement): void {
  area.style.setProperty("height", "auto");
  area.style.setProperty("height", `${area.scrollHeight + 2}px`);
}

/** A text written in place: Enter keeps it, Shift+Enter makes a line, Esc leaves it as it was. */
export function Write({ value, label, placeholder = "", lines = false, class: look = "", done, cancel }: WriteProps): JSX.Element {
  const area = useRef<HTMLTextAreaElement>(null);
  const over = useRef(false);
  useLayoutEffect(() => {
    const node = area.current;
    if (!node) return;
    fit(node);
    node.focus();
    node.select();
  }, []);
  const finish = (how: "enter" | "tab" | "leave"): void => {
    if (over.current || !area.current) return;
    over.current = true;
    done(area.current.value, how);
  };
  const key = (event: KeyboardEvent): void => {
    event.stopPropagation();
    if (event.key === "Escape") { over.current = true; cancel(); }
    else if (event.key === "Enter" && !(lines && event.shiftKey)) { event.preventDefault(); finish("enter"); }
    else if (event.key === "Tab") { event.preventDefault(); finish("tab"); }
  };
  return (
    <textarea ref={area} class={`write ${look}`} rows={1} aria-label={label} placeholder={placeholder} maxLength={10000}
      defaultValue={value} onInput={(event) => fit(event.currentTarget)} onKeyDown={key} onBlur={() => finish("leave")} />
  );
}

/** A button with an icon; the word is always there for screen readers. One that is off keeps the keyboard's place. One whose class says `drops-1` to `drops-3` gives up its word where room is short. */
export function Tool(props: {
  icon: string; label: string; run: (event: MouseEvent) => void; bare?: boolean; pressed?: boolean; off?: boolean; class?: string;
  children?: ComponentChildren; hint?: string; opens?: boolean;
}): JSX.Element {
  const { icon, label, run, bare = false, pressed, off = false, class: look = "btn-plain", children, hint, opens } = props;
  return (
    <button type="button" class={`btn ${look}${bare ? " btn-icon" : ""}`} aria-label={bare ? label : undefined}
      title={hint ?? (bare || look.includes("drops-") ? label : undefined)} aria-pressed={pressed} aria-disabled={off || undefined} onClick={off ? undefined : run}
      aria-haspopup={opens ? "true" : undefined}>
      <Icon name={icon} />{bare ? null : look.includes("drops-") ? <span class="tool-word">{label}</span> : label}{children}
    </button>
  );
}

export function Who({ name, initials, tone = 0, small = false }: { name: string; initials: string; tone?: number; small?: boolean }): JSX.Element {
  return (
    <span class={`who who-${"abcdef".charAt(tone % 6)}${small ? " who-s" : ""}`} title={name}>
      <span aria-hidden="true">{initials}</span><span class="vh">{name}</span>
    </span>
  );
}

/** The dialog every question stands in: modal, Esc closes it, focus goes back where it was, or else to the map. */
export function Modal({ title, close, children, wide = false }: { title: string; close: () => void; children: ComponentChildren; wide?: boolean }): JSX.Element {
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    box.current?.showModal();
    return () => {
      before?.focus();
      if (document.activeElement === document.body) document.querySelector<HTMLElement>('.map.edit [data-kind][tabindex="0"]')?.focus();
    };
  }, []);
  return (
    <dialog ref={box} class={`modal${wide ? " modal-wide" : ""}`} aria-labelledby="modal-title" onClose={close}
      onClick={(event) => { if (event.target === box.current) box.current?.close(); }}>
      <div class="modal-in">
        <header><h2 id="modal-title">{title}</h2><Tool icon="x" label={t("Close")} bare run={() => box.current?.close()} /></header>
        {children}
      </div>
    </dialog>
  );
}

/** A labelled field. */
export function Field({ label, children, hint }: { label: string; children: ComponentChildren; hint?: string }): JSX.Element {
  return <label class="field"><span class="label">{label}</span>{children}{hint ? <span class="tiny quiet">{hint}</span> : null}</label>;
}
