// The page works without this file: figures are links to their evidence. With it they are buttons.
(() => {
  let trigger = null;

  const panelOf = (figure) => document.getElementById(figure.dataset.evidence);
  const figuresOf = (panel) => document.querySelectorAll(`[role="button"][data-evidence="${CSS.escape(panel.id)}"]`);

  function close({ giveBack = true } = {}) {
    const panel = document.querySelector(".evidence[data-open]");
    if (!panel) return;
    panel.removeAttribute("data-open");
    figuresOf(panel).forEach((figure) => figure.setAttribute("aria-expanded", "false"));
    if (giveBack && trigger) trigger.focus({ preventScroll: false });
    trigger = null;
  }

  function open(figure) {
    const panel = panelOf(figure);
    if (!panel) return;
    const wasOpen = panel.hasAttribute("data-open");
    close({ giveBack: wasOpen });
    if (wasOpen) return;
    panel.setAttribute("data-open", "");
    figuresOf(panel).forEach((each) => each.setAttribute("aria-expanded", "true"));
    trigger = figure.matches('[role="button"]') ? figure : figuresOf(panel)[0];
    panel.focus({ preventScroll: true });
    panel.scrollIntoView({ block: "nearest" });
  }

  document.querySelectorAll(".fig[data-evidence]").forEach((figure) => {
    figure.setAttribute("role", "button");
    figure.setAttribute("aria-expanded", "false");
    figure.setAttribute("aria-controls", figure.dataset.evidence);
  });

  document.addEventListener("click", (event) => {
    const figure = event.target.closest("[data-evidence]");
    if (figure) { event.preventDefault(); open(figure); return; }
    if (event.target.closest("[data-close]")) { event.preventDefault(); close(); return; }
    const copy = event.target.closest("[data-copy]");
    if (copy) navigator.clipboard.writeText(copy.previousElementSibling.textContent);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    const figure = event.target.closest?.('.fig[role="button"]');
    if (figure && event.key === " ") { event.preventDefault(); open(figure); }
  });

  if (navigator.clipboard) document.querySelectorAll("[data-copy]").forEach((button) => { button.hidden = false; });

  // The address of a panel opens it, so that a figure can be pointed at in a mail.
  function openAddress() {
    const panel = location.hash.startsWith("#e-") && document.getElementById(location.hash.slice(1));
    const figure = panel && figuresOf(panel)[0];
    if (figure && !panel.hasAttribute("data-open")) open(figure);
  }
  window.addEventListener("hashchange", openAddress);
  openAddress();

  // On a phone the chip of the step in view is marked and kept in sight.
  const chips = new Map([...document.querySelectorAll(".chips a")].map((chip) => [chip.hash.slice(1), chip]));
  const bar = document.querySelector(".chips");
  const watcher = new IntersectionObserver((entries) => {
    const seen = entries.find((entry) => entry.isIntersecting);
    if (!seen || getComputedStyle(bar).display === "none") return;
    chips.forEach((chip) => chip.removeAttribute("aria-current"));
    const chip = chips.get(seen.target.id);
    chip.setAttribute("aria-current", "step");
    bar.scrollLeft = chip.offsetLeft - bar.clientWidth / 2 + chip.offsetWidth / 2;
  }, { rootMargin: "-20% 0px -70% 0px" });
  chips.forEach((_chip, id) => watcher.observe(document.getElementById(id)));
})();
