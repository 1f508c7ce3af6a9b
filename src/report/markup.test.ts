import { describe, expect, it } from 'vitest';
import { joinMarkup, markup } from './markup.js';

describe('markup', () => {
  it('escapes text in its holes, in content and in attributes', () => {
    const pid = `"><script>alert('x')</script>&`;
    expect(markup`<p title="${pid}">${pid}</p>`.html).toBe(
      '<p title="&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;">' +
        '&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;</p>',
    );
  });

  it('lets markup through, alone and in lists', () => {
    const items = ['a', '<b>'].map((text) => markup`<li>${text}</li>`);
    expect(markup`<ul>${items}${joinMarkup(items)}</ul>`.html).toBe(
      '<ul><li>a</li><li>&lt;b&gt;</li><li>a</li><li>&lt;b&gt;</li></ul>',
    );
  });
});
