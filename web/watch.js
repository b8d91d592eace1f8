// Watchers: what an element does often is told at most once a frame, in one
// call with plain numbers. Each returns a function that ends it.
"use strict";

(() => {
  // perFrame calls f at most once a frame, with the arguments of the last call.
  const perFrame = (f) => {
    let frame = 0;
    let last = [];
    const later = (...args) => {
      last = args;
      frame ||= requestAnimationFrame(() => { frame = 0; f(...last); });
    };
    later.cancel = () => { cancelAnimationFrame(frame); frame = 0; };
    return later;
  };

  // For how many milliseconds after an input scrolling is the user's: fingers leave
  // momentum behind, and a scroll bar tells of nothing but the press. Without one
  // it is the browser's, for a view that has changed its height, or the page's.
  const handMS = { wheel: 500, touchmove: 3000, keydown: 500, pointerdown: 10_000 };
  const scrolls = (element, { type, key, button, target }) =>
    (type !== "keydown" || key === " ") && (type !== "pointerdown" || button === 1 || target === element);

  chainglass.watchScroll = (element, tell) => {
    let handUntil = 0;
    const ending = new AbortController();
    const on = (type, f) => element.addEventListener(type, f, { passive: true, signal: ending.signal });
    for (const [type, ms] of Object.entries(handMS)) {
      on(type, (event) => {
        if (scrolls(element, event)) {
          handUntil = Math.max(handUntil, performance.now() + ms);
        }
      });
    }
    const later = perFrame(() => tell(element.scrollTop, performance.now() < handUntil));
    on("scroll", later);
    later();
    return () => {
      ending.abort();
      later.cancel();
    };
  };

  chainglass.watchSize = (element, tell) => {
    const later = perFrame(() => tell(element.clientWidth, element.clientHeight));
    const observer = new ResizeObserver(later);
    observer.observe(element);
    return () => {
      observer.disconnect();
      later.cancel();
    };
  };

  chainglass.watchPointer = (element, tell) => {
    const mainButton = 1;
    const now = (event) => {
      const { left, top } = element.getBoundingClientRect();
      tell(event.clientX - left, event.clientY - top, (event.buttons & mainButton) !== 0, event.shiftKey);
    };
    const later = perFrame(now);
    const ending = new AbortController();
    const on = (type, f) => element.addEventListener(type, f, { signal: ending.signal });
    on("pointerdown", (event) => {
      if (event.button === 0) {
        element.setPointerCapture(event.pointerId);
        later.cancel();
        now(event);
      }
    });
    on("pointermove", later);
    on("pointerup", (event) => { later.cancel(); now(event); });
    on("pointercancel", () => { later.cancel(); tell(); });
    on("pointerleave", () => { later.cancel(); tell(); });
    return () => {
      ending.abort();
      later.cancel();
    };
  };

  // watchWheel keeps the wheel from scrolling the page. What was turned between
  // two frames is added up.
  chainglass.watchWheel = (element, tell) => {
    const linePX = 20;
    let x = 0;
    let dx = 0;
    let dy = 0;
    let frame = 0;
    const turned = (event) => {
      event.preventDefault();
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : linePX;
      // With shift down some systems turn the wheel sideways, others do not.
      const sideways = event.shiftKey && event.deltaX === 0;
      x = event.clientX - element.getBoundingClientRect().left;
      dx += unit * (sideways ? event.deltaY : event.deltaX);
      dy += unit * (sideways ? 0 : event.deltaY);
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        tell(x, dx, dy);
        dx = dy = 0;
      });
    };
    element.addEventListener("wheel", turned, { passive: false });
    return () => {
      element.removeEventListener("wheel", turned);
      cancelAnimationFrame(frame);
    };
  };
})();
