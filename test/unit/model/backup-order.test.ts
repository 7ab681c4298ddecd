import { expect, test } from 'vitest';
import { backupOrder } from '../../../src/model/backup-order.ts';

const webApps = [{ app: 'operate', version: '8.6.0' }] as const;

test('up to 8.7 the web applications are taken before the pause', () => {
  expect(backupOrder({ order: 'web-apps-first', webApps, recordsExported: true })).toEqual({
    beforePause: ['WEB_APPS'],
    inPause: ['RECORDS', 'ZEEBE'],
  });
});

test('from 8.8 on everything is taken in the pause, the web applications first', () => {
  expect(backupOrder({ order: 'pause-first', webApps, recordsExported: true })).toEqual({
    beforePause: [],
    inPause: ['WEB_APPS', 'RECORDS', 'ZEEBE'],
  });
});

test.each(['web-apps-first', 'pause-first'] as const)('what a cluster does not have is left out (%s)', (order) => {
  expect(backupOrder({ order, webApps: [], recordsExported: false })).toEqual({ beforePause: [], inPause: ['ZEEBE'] });
});
