/** Markdown as GitHub shows it: GitHub's stylesheet, around it what the page has at that place. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { marked } from 'marked';
import { escaped, type Theme } from './terminal-picture.ts';

const COLOURS = {
  light: {
    background: '#ffffff',
    border: '#d1d9e0',
    bar: '#f6f8fa',
    text: '#1f2328',
    faint: '#59636e',
    red: '#cf222e',
    added: '#dafbe1',
    removed: '#ffebe9',
  },
  dark: {
    background: '#0d1117',
    border: '#3d444d',
    bar: '#151b23',
    text: '#f0f6fc',
    faint: '#9198a1',
    red: '#f85149',
    added: '#12261e',
    removed: '#25171c',
  },
} as const;

/** An annotation in the diff of a pull request. */
export interface Annotated {
  readonly path: string;
  /** Lines of the diff, from the first that is shown. */
  readonly diff: readonly string[];
  readonly firstLine: number;
  /** Index in `diff` of the line that it is below. */
  readonly below: number;
  readonly title: string;
  readonly message: string;
}

/** Markdown as the inside of a page. */
export function rendered(markdown: string, theme: Theme): string {
  const { added, removed } = COLOURS[theme];
  const coloured = (line: string): string => {
    const colour = { '+': added, '-': removed }[line.charAt(0)];
    return colour === undefined ? line : `<span style="background:${colour}">${line}</span>`;
  };
  const html = marked.parse(markdown.replaceAll(/<!--.*?-->/gs, ''), { gfm: true, async: false });
  // What GitHub colours on its own: the lines of a diff.
  const diffs = html.replaceAll(
    /<code class="language-diff">(.*?)<\/code>/gs,
    (_, code: string) => `<code>${code.split('\n').map(coloured).join('\n')}</code>`,
  );
  return `<article class="markdown-body">${diffs}</article>`;
}

/** A comment in its box, under who wrote it. */
export function commentBox(markdown: string): (theme: Theme) => string {
  return (theme) =>
    `<section class="box"><header><b>github-actions</b> <span class="tag">bot</span> commented</header><div class="body">${rendered(markdown, theme)}</div></section>`;
}

/** The file of a diff with an annotation below its line. */
export function annotatedDiff({ path, diff, firstLine, below, title, message }: Annotated): string {
  const rows = diff.map((line, index) => {
    const kind = line.startsWith('+') ? 'added' : '';
    return `<div class="line ${kind}"><span class="number">${firstLine + index}</span><code>${escaped(line)}</code></div>${
      index === below
        ? `<div class="annotation"><p class="check">✕ Check failure on line ${firstLine + index} in ${escaped(path)} <span>GitHub Actions / Secrets</span></p><p class="title">${escaped(title)}</p><p>${message.split('\n').map(escaped).join('<br>')}</p></div>`
        : ''
    }`;
  });
  return `<section class="box"><header class="file">${escaped(path)}</header>${rows.join('')}</section>`;
}

/** A whole page. */
export function githubPage(body: string, theme: Theme, padding = 16): string {
  const stylesheet = createRequire(import.meta.url).resolve(
    `github-markdown-css/github-markdown-${theme}.css`,
  );
  const { background, border, bar, text, faint, red, added } = COLOURS[theme];
  return `<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<style>${readFileSync(stylesheet, 'utf8')}
body { margin: 0; padding: ${padding}px; background: ${background}; color: ${text}; font: 14px/1.5 -apple-system,BlinkMacSystemFont,"Segoe UI","Noto Sans",Helvetica,Arial,sans-serif }
.markdown-body { font-size: 14px }
.markdown-body li:has(> input, > p > input) { list-style: none }
.markdown-body li input { margin: 0 0.2em 0.25em -1.4em; vertical-align: middle }
.box { border: 1px solid ${border}; border-radius: 6px; margin-bottom: 16px }
.box:last-child { margin-bottom: 0 }
.box > header { padding: 8px 16px; border-bottom: 1px solid ${border}; color: ${faint}; background: ${bar}; border-radius: 6px 6px 0 0 }
.box > header.file { color: ${text}; font: 12px/20px ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace }
.box b { color: ${text} }
.tag { border: 1px solid ${border}; border-radius: 10px; padding: 0 6px; font-size: 12px }
.body { padding: 16px }
.line { display: flex; font: 12px/20px ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace; white-space: pre }
.line.added { background: ${added} }
.line .number { width: 44px; padding-right: 12px; text-align: right; color: ${faint} }
.line code { font: inherit }
.annotation { margin: 8px 16px; padding: 10px 16px; border: 1px solid ${border}; border-left: 3px solid ${red}; border-radius: 6px }
.annotation p { margin: 0 0 4px }
.annotation .check { color: ${red}; font-weight: 600; font-size: 12px }
.annotation .check span { color: ${faint}; font-weight: 400 }
.annotation .title { font-weight: 600 }
</style>
${body}`;
}
