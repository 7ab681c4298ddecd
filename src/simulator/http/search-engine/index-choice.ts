import type { Context } from 'hono';
import { chooseIndices } from '../../model/search-engine/index-names.ts';
import type { Index } from '../../model/search-engine/indices.ts';
import type { SearchEngine } from '../../model/search-engine/search-engine.ts';
import { noSuchIndex } from './errors.ts';
import { isTrue } from './parameters.ts';

/** The indices that the path names; all without one. A name that stands for nothing is 404. */
export function indicesOf(c: Context, { indices }: SearchEngine): readonly Index[] | Response {
  const ignoreUnavailable = isTrue(c.req.query('ignore_unavailable'));
  const closed = (c.req.query('expand_wildcards') ?? 'all').split(',').some((each) => ['all', 'closed'].includes(each));
  const { chosen, missing } = chooseIndices(c.req.param('indices') ?? '_all', indices.all, {
    ignoreUnavailable,
    closed,
  });
  return missing === undefined ? chosen : noSuchIndex(missing);
}
