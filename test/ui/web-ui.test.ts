import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WorkflowHandle } from '@temporalio/client';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseScheduleRequest } from '../../src/schedules/backup-schedule.ts';
import { createOrUpdateSchedule } from '../../src/schedules/create-or-update.ts';
import { setStage, type Stage } from '../../src/demo/stage.ts';
import { TASK_QUEUE } from '../../src/parts/worker.ts';
import { registerSearchAttributes } from '../../src/cli/register-search-attributes.ts';
import type { backupCluster } from '../../src/workflows/backup-cluster.ts';
import { skipUnless } from '../support/skip-unless.ts';
import { findChromium } from './chromium.ts';

const executablePath = findChromium();
const noChromium = skipUnless(
  executablePath !== undefined,
  'the Web UI was not looked at. No Chromium on the PATH: install one, or set CHROMIUM_PATH.',
);
const screenshots = fileURLToPath(new URL('../../artifacts/web-ui/', import.meta.url));
const child = 'camunda-cluster/prod';
const wide = { width: 1440, height: 1100 };
const narrow = { width: 820, height: 1700 };
const columns = ['Status', 'Type', 'CamundaCluster', 'CamundaBackupId', 'CamundaOutcome', 'Workflow ID', 'Start'].map(
  (label) => ({ label }),
);

describe.skipIf(noChromium)('the Web UI in Chromium', () => {
  let stage: Stage;
  let browser: Browser;
  let page: Page;
  let first: WorkflowHandle<typeof backupCluster>;

  beforeAll(async () => {
    mkdirSync(screenshots, { recursive: true });
    stage = await setStage({
      cluster: 'prod',
      simulator: {
        version: '8.6.0',
        brokers: 3,
        partitions: 3,
        optimize: true,
        durations: { operateMs: 500, tasklistMs: 500, optimizeMs: 500, recordsMs: 2_000, zeebeMs: 12_000 },
      },
      started: () => undefined,
    });
    await registerSearchAttributes(stage.client.connection.operatorService, 'default');
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] });
    page = await browser.newPage({ viewport: wide });
    page.setDefaultTimeout(20_000);
    // As the gear wheel of the list keeps it.
    await page.addInitScript(
      `localStorage.setItem('namespace-workflow-table-columns', '${JSON.stringify({ default: columns })}')`,
    );
    first = await start('backup-prod-1', { reason: 'before the upgrade' });
  });

  afterAll(async () => {
    await browser.close();
    await stage.stop({ keep: false });
  });

  const start = (
    workflowId: string,
    input: Readonly<Record<string, unknown>>,
  ): Promise<WorkflowHandle<typeof backupCluster>> =>
    stage.client.workflow.start<typeof backupCluster>('backupCluster', {
      taskQueue: TASK_QUEUE,
      workflowId,
      args: [{ cluster: 'prod', requestedBy: 'anna', ...input }],
    });

  const paused = (): Promise<void> =>
    stage.simulator.cluster.awaitPhase((phases) => phases.every(({ phase }) => phase === 'SOFT_PAUSED'));

  async function open(path: string): Promise<void> {
    await page.goto(`${stage.temporal.uiUrl}/namespaces/default/${path}`);
  }

  async function openTab(workflowId: string, tab: string): Promise<void> {
    const { runId } = await stage.client.workflow.getHandle(workflowId).describe();
    await open(`workflows/${encodeURIComponent(workflowId)}/${runId}/${tab}`);
  }

  /** Markdown is shown in a frame of its own. */
  const shownTimes = async (text: string): Promise<number> => {
    const counts = await Promise.all(
      page.frames().map((frame) =>
        frame
          .getByText(text)
          .count()
          .catch(() => 0),
      ),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  };

  /** Waits for all of them to be shown; returns those that were not. */
  async function missing(...texts: readonly string[]): Promise<readonly string[]> {
    const deadlineMs = Date.now() + 20_000;
    for (;;) {
      const times = await Promise.all(texts.map(shownTimes));
      const absent = texts.filter((_, index) => times[index] === 0);
      if (absent.length === 0 || Date.now() > deadlineMs) return absent;
      await page.waitForTimeout(100);
    }
  }

  /** What the frames of the page hide below their edge, which nobody can scroll to. */
  async function cutOff(): Promise<readonly string[]> {
    const texts = `[...document.querySelectorAll('h3, p, td, li')]
      .filter((each) => each.getBoundingClientRect().bottom > window.innerHeight)
      .map((each) => each.textContent.replaceAll('\u200B', ''))`;
    const frames = page.frames().filter((frame) => frame.parentFrame() !== null);
    const found = await Promise.all(frames.map((frame) => frame.evaluate<string[]>(texts)));
    return found.flat().filter((text) => text !== '');
  }

  /** Nothing of the page is lost in a small window either. */
  async function shootNarrow(name: string, text: string): Promise<void> {
    await page.setViewportSize(narrow);
    await page.reload();
    expect(await missing(text)).toEqual([]);
    await shoot(`${name}-narrow`);
    expect(await cutOff()).toEqual([]);
    await page.setViewportSize(wide);
  }

  const shoot = async (name: string): Promise<void> => {
    // Fonts and the timeline are drawn a moment after their text is there.
    await page.waitForTimeout(500);
    await page.screenshot({ path: join(screenshots, `${name}.png`) });
  };

  test('the page of the run that somebody started tells who asked, shows the pause and the steps, and leads to the work', async () => {
    await paused();
    await openTab('backup-prod-1', 'user-metadata');
    expect(
      await missing(
        'Backup of prod: attempt 1 of 2',
        'Asked for by anna: before the upgrade',
        'Exporting is paused',
        'Back up the web applications',
        'running',
        'As of',
      ),
    ).toEqual([]);
    await shoot('1-backup-running');
    expect(await cutOff()).toEqual([]);

    const links = await Promise.all(page.frames().map((frame) => frame.getByRole('link', { name: child }).all()));
    expect(await links.flat().at(0)?.getAttribute('href')).toBe('/namespaces/default/workflows/camunda-cluster%2Fprod');
    await shootNarrow('1-backup-running', 'Exporting is paused');
  });

  test('the page of the work says that exporting is paused, and where it stands', async () => {
    await paused();
    await openTab(child, 'user-metadata');
    expect(await missing('Exporting is paused', 'Back up the web applications', 'running', 'Started by')).toEqual([]);
    await shoot('2-work-in-the-pause');
    expect(await cutOff()).toEqual([]);
  });

  test('the timeline of the work has one bar for the pause and one sentence an activity', async () => {
    const { backupId } = await first.result();
    await openTab(child, 'history');
    expect(
      await missing(
        'EXPORTING IS PAUSED, at most 6 h 0 min (maxPause)',
        'Pause exporting (soft) and read every replica',
        `Take Zeebe backup ${backupId}`,
        `Read backup ${backupId} back and prove that its parts fit`,
      ),
    ).toEqual([]);
    await shoot('3-work-timeline');
  });

  test('a completed backup shows its steps, the length of the pause and the proof', async () => {
    await openTab('backup-prod-1', 'user-metadata');
    expect(await missing('COMPLETED', 'Exporting goes on. It was paused for', 'EXPORTED_BEFORE_PAUSE')).toEqual([]);
    await shoot('4-backup-completed');
    expect(await cutOff()).toEqual([]);
    await openTab('backup-prod-1', 'history');
    expect(await missing('before the upgrade', 'Backup of prod, attempt 1 of 2')).toEqual([]);
    await shoot('5-backup-result');
  });

  test('a failed backup shows its type, one sentence and what to do', async () => {
    const run = await start('backup-prod-2', { attempts: 1 });
    const work = stage.client.workflow.getHandle(child);
    await expect.poll(() => work.query('currentStep').catch(String), { timeout: 30_000 }).toBe('SNAPSHOT_RECORDS');
    stage.simulator.cluster.resumeByHand();
    await expect(run.result()).rejects.toThrow('Workflow execution failed');

    await openTab('backup-prod-2', 'history');
    expect(await missing('The pause no longer held after the record snapshot')).toEqual([]);
    await shoot('6-failed');
    await openTab('backup-prod-2', 'user-metadata');
    expect(
      await missing(
        'of prod: FAILED',
        'BackupInconsistent',
        'what to do',
        'Left behind:',
        'camunda_operate_',
        'Exporting goes on. It was paused for',
        'Look for a pause that an earlier run left behind',
      ),
    ).toEqual([]);
    await shoot('7-failed-details');
    expect(await cutOff()).toEqual([]);
    await shootNarrow('7-failed-details', 'BackupInconsistent');
  });

  test('the list finds the runs of a cluster', async () => {
    await start('backup-elsewhere', { cluster: 'elsewhere' }).then((run) =>
      expect(run.result()).rejects.toThrow('Workflow execution failed'),
    );
    await open(`workflows?query=${encodeURIComponent('`CamundaCluster`="prod"')}`);
    expect(await missing('backup-prod-1', 'backup-prod-2', child, 'COMPLETED', 'BackupInconsistent')).toEqual([]);
    await shoot('8-list');

    expect(await shownTimes('backup-elsewhere')).toBe(0);
  });

  test('a Schedule shows what it will start, and when', async () => {
    const schedule = parseScheduleRequest({
      cluster: 'prod',
      name: 'nightly',
      cron: ['30 3 * * *'],
      timeZone: 'Europe/Berlin',
      taskQueue: TASK_QUEUE,
    });
    if ('problems' in schedule) throw new Error(schedule.problems.join(' '));
    await createOrUpdateSchedule(stage.client, schedule.value);
    await open('schedules/camunda-backup%2Fprod%2Fnightly');
    expect(await missing('Upcoming Runs', 'Europe/Berlin', 'schedule camunda-backup/prod/nightly')).toEqual([]);
    await shoot('9-schedule');
  });
});
