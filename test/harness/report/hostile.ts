/** Text that tries to be more than text: what a stranger may put into names, titles and output. */

export const HOSTILE: readonly string[] = [
  '@acme/security @mona please look #1 GH-1 acme/app#2',
  '<img src=x onerror=alert(1)><script>alert(1)</script>',
  '</details></td></table><h1>owned</h1>',
  '![x](https://evil.example/x.png) [click](javascript:alert(1)) https://evil.example www.evil.example',
  '| a | b |\\| c',
  '`code` ``` ~~~ ````',
  '```suggestion',
  '--> <!-- kamal-1password all --> ]]> <![CDATA[',
  '::add-mask::production ::set-output name=a::b ::error::owned ##[error]owned',
  '%0A::error::owned %25 %0D',
  '\u202Egnp.exe \u2066\u2069 \u200F\u061C',
  '\u001B[2J\u001B]0;owned\u0007 \u0008\u0000',
  '# heading',
  '- [x] done',
  '1. one',
  '> quote',
  '*bold* _it_ ~~gone~~ $x^2$ $$y$$ \\',
  '&lt;b&gt; &#64;mona &amp;',
  '{{ x }} ${{ secrets.OP_SERVICE_ACCOUNT_TOKEN }}',
  ':rocket: \u{E0041}\u{E0042}',
];

/** A folder's name. */
export const PROJECT_NAME = 'apps/x) ![y](z @mona <b>x</b>\u202E`|::add-mask::y';
