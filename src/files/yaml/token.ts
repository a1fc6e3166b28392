import type { Mark } from './mark.ts';

export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded';

interface Placed {
  readonly start: Mark;
  readonly end: Mark;
}

export type YamlToken = Placed &
  (
    | {
        readonly type:
          | 'stream-start'
          | 'stream-end'
          | 'version-directive'
          | 'document-start'
          | 'document-end'
          | 'block-sequence-start'
          | 'block-mapping-start'
          | 'block-end'
          | 'flow-sequence-start'
          | 'flow-sequence-end'
          | 'flow-mapping-start'
          | 'flow-mapping-end'
          | 'block-entry'
          | 'flow-entry'
          | 'key'
          | 'value';
      }
    | { readonly type: 'tag-directive'; readonly handle: string; readonly prefix: string }
    | { readonly type: 'alias' | 'anchor'; readonly name: string }
    | { readonly type: 'tag'; readonly handle: string; readonly suffix: string }
    | { readonly type: 'scalar'; readonly value: string; readonly style: ScalarStyle }
  );
