/** The board of actions: cards are dragged between columns; without a mouse each card has its menu. */

const csrf = document.querySelector<HTMLMetaElement>('meta[name="csrf"]')?.content ?? "";

/** The card that the pointer is above the middle of, or null at the foot of the column. */
function cardBelow(list: HTMLElement, y: number): HTMLElement | null {
  for (const card of list.querySelectorAll<HTMLElement>("[data-card]:not(.dragged)")) {
    const box = card.getBoundingClientRect();
    if (y < box.top + box.height / 2) return card;
  }
  return null;
}

async function send(card: HTMLElement, column: string, after: string): Promise<boolean> {
  const form = card.querySelector<HTMLFormElement>("form.act-m");
  if (!form) return false;
  const answer = await fetch(form.action, {
    method: "POST",
    headers: { "X-CSRF-Token": csrf },
    body: new URLSearchParams({ column, after }),
  });
  return answer.ok;
}

function enliven(board: HTMLElement): void {
  let dragged: HTMLElement | null = null;
  board.addEventListener("dragstart", (event) => {
    dragged = (event.target as HTMLElement).closest<HTMLElement>("[data-card]");
    dragged?.classList.add("dragged");
    event.dataTransfer?.setData("text/plain", dragged?.dataset["card"] ?? "");
  });
  board.addEventListener("dragend", () => {
    dragged?.classList.remove("dragged");
    dragged = null;
  });
  for (const column of board.querySelectorAll<HTMLElement>("[data-column]")) {
    const list = column.querySelector<HTMLElement>("ul");
    if (!list) continue;
    column.addEventListener("dragover", (event) => {
      if (!dragged) return;
      event.preventDefault();
      list.insertBefore(dragged, cardBelow(list, event.clientY));
    });
    column.addEventListener("drop", (event) => {
      event.preventDefault();
      if (!dragged) return;
      const before = dragged.previousElementSibling as HTMLElement | null;
      void send(dragged, column.dataset["column"] ?? "", before?.dataset["card"] ?? "").then(() => location.reload());
    });
  }
}

for (const board of document.querySelectorAll<HTMLElement>("[data-board]")) enliven(board);
