// Notices: what the page's scripts have to say while the program runs, in bars
// over its foot. The program knows nothing of them.
"use strict";

(() => {
  let place = null;

  // addNotices makes the place for notices. It is there before there is anything
  // in it, so that what comes is read out.
  chainglass.addNotices = () => {
    place = document.createElement("section");
    place.id = "notices";
    place.setAttribute("aria-label", "Notices");
    place.setAttribute("aria-live", "polite");
    document.body.append(place);
  };

  const element = (tag, className, text = "") => {
    const made = document.createElement(tag);
    made.className = className;
    made.textContent = text;
    return made;
  };

  const button = (text, className, onClick) => {
    const made = element("button", className, text);
    made.type = "button";
    made.addEventListener("click", onClick);
    return made;
  };

  // notice shows a bar. actions are pairs of a text and a function; advice says
  // what to do about what is bad. The bar stays until it is dismissed, or until
  // the function end() of what is returned is called.
  chainglass.notice = ({ name, title, detail = "", advice = "", bad = false, actions = [], lasting = false }) => {
    const bar = element("div", bad ? "notice bad" : "notice");
    bar.id = name;
    if (bad) {
      bar.setAttribute("role", "alert");
    }
    const end = () => bar.remove();
    const text = element("div", "notice-text");
    const figures = element("span", "notice-figures data");
    text.append(element("strong", "", title), figures);
    for (const [className, line] of [["notice-detail data", detail], ["advice", advice]]) {
      if (line) {
        text.append(element("p", className, line));
      }
    }
    bar.append(text, ...actions.map(([word, act]) => button(word, "button", act)));
    if (!lasting) {
      const close = button("×", "close", end);
      close.setAttribute("aria-label", "Dismiss");
      bar.append(close);
    }
    document.getElementById(name)?.remove();
    place.append(bar);
    return { end, figures: (line) => { figures.textContent = line; } };
  };
})();
