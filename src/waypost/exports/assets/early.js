// Show the page once its fonts, which lie inside it, are ready: nothing moves afterwards.
(() => {
  const classes = document.documentElement.classList;
  classes.add("js", "waiting");
  const show = () => classes.remove("waiting");
  Promise.all([...document.fonts].map((font) => font.load())).then(show, show);
  setTimeout(show, 1500);
})();
