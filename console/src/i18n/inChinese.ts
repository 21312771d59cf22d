/** The server's sentences in Chinese. Pure.
 *
 * Its sentences are English, as MPS's are. A catalogue says each again: `{name}` is what changes, `{+name}` a sentence inside another, `{*name}` a list of
 * words, `{one|many}` words of which one stands there, `{{` and `}}` are braces. In the Chinese, `{name:input=输入,output=输出}` chooses a word by the value. */
export type Catalogue = Readonly<Record<string, string>>;

interface Pattern {
  fits: RegExp;
  holes: { mark: string; name: string }[];
  /** How much of it is words: of two that fit, the one that says more is meant. */
  weight: number;
  chinese: string;
}

/** A text in Chinese, and how much of the English was understood. */
interface Said {
  text: string;
  weight: number;
}

const TOKENS = /\{\{|\}\}|\{([+*]?)(\w+)\}|\{([^{}|]*(?:\|[^{}|]*)+)\}|[^{}]+/g;
const HOLES = /\{\{|\}\}|\{(\w+)(?::([^}]*))?\}/g;
const ENDS = /[。？！]$/;
const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
const bare = (text: string) => (text.endsWith(".") && !text.endsWith("..") ? text.slice(0, -1) : text);

function compiled(english: string, chinese: string): Pattern {
  const holes: Pattern["holes"] = [];
  let source = "";
  let weight = 0;
  for (const [token, mark, name, words] of bare(english).matchAll(TOKENS)) {
    if (name) {
      holes.push({ mark: mark ?? "", name });
      source += "(.*?)";
    } else if (words) {
      source += `(?:${words.split("|").map(escaped).join("|")})`;
      weight += words.split("|")[0]!.length;
    } else {
      const literal = token === "{{" || token === "}}" ? token[0]! : token;
      source += escaped(literal);
      weight += literal.length;
    }
  }
  return { fits: new RegExp(`^${source}$`, "is"), holes, weight, chinese: chinese.replace(/。$/, "") };
}

/** The function that says a sentence of the server in Chinese. What fits nothing in the catalogue stays as it is. */
export function translator(catalogue: Catalogue): (sentence: string) => string {
  const patterns = Object.entries(catalogue)
    .map(([english, chinese]) => compiled(english, chinese))
    .sort((a, b) => b.weight - a.weight);
  const known = new Map<string, Said>();
  const remembered = (text: string): Said => {
    const said = known.get(text) ?? read(text);
    if (known.size > 500) known.clear();
    known.set(text, said);
    return said;
  };

  /** Several problems, or sentences one after the other: the division of which most is understood. */
  function read(text: string): Said {
    const parts = text.split(" | ");
    const whole = sentences(text);
    if (parts.length === 1) return whole;
    const each = parts.map(remembered);
    const weight = each.reduce((sum, said) => sum + said.weight, 0);
    return weight >= whole.weight ? { text: each.map((said, place) => (place < each.length - 1 ? said.text.replace(/。$/, "") : said.text)).join("；"), weight } : whole;
  }

  function sentences(text: string): Said {
    const pieces = text.split(/(?<=[.!?]) (?=\S)/);
    const best: Said[] = [{ text: "", weight: 0 }]; // of the first pieces
    for (let end = 1; end <= pieces.length; end++) {
      let found: Said | undefined;
      for (let start = Math.max(0, end - 6); start < end; start++) {
        const one = sentence(pieces.slice(start, end).join(" "));
        if (!one && start < end - 1) continue;
        const before = best[start]!;
        const said = one ?? { text: pieces[end - 1]!, weight: 0 };
        const weight = before.weight + said.weight;
        if (!found || weight > found.weight) found = { text: joined(before.text, said.text), weight };
      }
      best.push(found!);
    }
    return best.at(-1)!;
  }

  /** One sentence, or somebody's name and a sentence about him; nothing when it is not understood. */
  function sentence(text: string): Said | undefined {
    const ended = text !== bare(text);
    let best: Said | undefined;
    for (const pattern of patterns) {
      const found = pattern.fits.exec(bare(text));
      if (!found) continue;
      const said = filled(pattern, found.slice(1));
      if (!best || said.weight > best.weight) best = said;
    }
    const colon = text.indexOf(": ");
    if (colon > 0) {
      const rest = sentence(text.slice(colon + 2));
      if (rest && rest.weight > (best?.weight ?? 0)) return { text: `${quoted(text.slice(0, colon))}：${rest.text}`, weight: rest.weight };
    }
    return best && { text: ended && !ENDS.test(best.text) ? `${best.text}。` : best.text, weight: best.weight };
  }

  function filled({ holes, weight, chinese }: Pattern, values: string[]): Said {
    const said = new Map<string, string>();
    let all = weight;
    holes.forEach(({ mark, name }, place) => {
      const value = values[place] ?? "";
      const inner = mark === "+" ? remembered(value) : mark === "*" ? list(value) : { text: value.replace(/^ \((.*)\)$/s, "（$1）"), weight: 0 };
      said.set(name, inner.text);
      all += inner.weight;
    });
    const text = chinese.replace(HOLES, (token, name?: string, choices?: string) => {
      if (name === undefined) return token[0]!;
      const value = said.get(name) ?? "";
      return choices?.split(",").find((choice) => choice.startsWith(`${value}=`))?.slice(value.length + 1) ?? value;
    });
    return { text, weight: all };
  }

  function list(value: string): Said {
    const items = value.replace(/("[^"]*"|\([^)]*\))|, | and | or /g, (_, whole?: string) => whole ?? "\n").split("\n");
    return { text: items.map((item) => sentence(item)?.text ?? quoted(item)).join("、"), weight: 0 };
  }

  return (sentence) => (sentence ? remembered(sentence).text : sentence);
}

/** Names as Chinese writes them. */
const quoted = (text: string) => text.replace(/"([^"]*)"/g, "“$1”").replace(/ \(([^()]*)\)$/, "（$1）");
const joined = (before: string, next: string) => (before && !ENDS.test(before) ? `${before} ${next}` : before + next);
