// What is wrong with a page that is loaded in a frame, as sentences.

const LEGIBLE = 4.5; // WCAG 2.2, 1.4.3: text against what is behind it

function faults(frame) {
  const page = frame.contentDocument;
  return [
    ...tooWide(page),
    ...withoutWords(page),
    ...notLoaded(page),
    ...illegible(page, frame.contentWindow),
  ];
}

function tooWide(page) {
  const { scrollWidth, clientWidth } = page.documentElement;
  return scrollWidth > clientWidth ? [`${scrollWidth} pixels wide, and there are ${clientWidth}`] : [];
}

function withoutWords(page) {
  const pictures = [...page.querySelectorAll("img:not([alt]), img[alt='']")];
  const drawn = [...page.querySelectorAll("figure svg:not(:has(title))")];
  const frames = [...page.querySelectorAll("iframe:not([title])")];
  return [...pictures, ...drawn, ...frames].map((each) => `no words for ${shown(each)}`);
}

function notLoaded(page) {
  const missing = [...page.images].filter((each) => each.complete && !each.naturalWidth);
  return missing.map((each) => `no picture for ${shown(each)}`);
}

function illegible(page, view) {
  const found = new Map();
  for (const each of page.body.querySelectorAll("*")) {
    if (each.closest("svg") || !ownText(each) || !isSeen(each)) continue;
    const ratio = contrast(each, view);
    if (ratio < LEGIBLE) {
      const what = `contrast ${ratio.toFixed(1)} of ${shown(each)}`;
      found.set(what, `${what}: ${ownText(each).slice(0, 40)}`);
    }
  }
  return [...found.values()];
}

function ownText(element) {
  const texts = [...element.childNodes].filter((each) => each.nodeType === Node.TEXT_NODE);
  return texts.map((each) => each.data.trim()).join(" ").trim();
}

function isSeen(element) {
  const box = element.getBoundingClientRect();
  const seen = { opacityProperty: true, visibilityProperty: true };
  return box.width > 1 && box.height > 1 && element.checkVisibility(seen);
}

function contrast(element, view) {
  const behind = ground(element, view);
  const text = over(colour(view.getComputedStyle(element).color), behind);
  const [low, high] = [luminance(text), luminance(behind)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

function ground(element, view) {
  if (!element) return canvas(view);
  const own = colour(view.getComputedStyle(element).backgroundColor);
  return own[3] === 1 ? own : over(own, ground(element.parentElement, view));
}

function canvas(view) {
  const probe = view.document.body.appendChild(view.document.createElement("i"));
  probe.style.backgroundColor = "Canvas";
  const found = colour(view.getComputedStyle(probe).backgroundColor);
  probe.remove();
  return found;
}

function colour(text) {
  const [red, green, blue, alpha = 1] = text.match(/[\d.]+/g).map(Number);
  const most = text.startsWith("color(") ? 255 : 1; // "rgb(0 0 255)", "color(srgb 0 0 1)"
  return [red * most, green * most, blue * most, alpha];
}

function over(above, below) {
  const mixed = [0, 1, 2].map((i) => above[i] * above[3] + below[i] * (1 - above[3]));
  return [...mixed, 1];
}

function luminance(shade) {
  const [red, green, blue] = shade.slice(0, 3).map((each) => {
    const part = each / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function shown(element) {
  const named = [...element.classList].map((each) => `.${each}`).join("");
  return `${element.tagName.toLowerCase()}${named}`;
}
