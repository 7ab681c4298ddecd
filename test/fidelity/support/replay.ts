import { startSimulator, type Simulator, type SimulatorOptions } from '../../../src/simulator/index.ts';
import { compareAnswers, type Difference, type Rules } from './compare.ts';
import type { Answer, Exchange, Recording } from './recordings.ts';

/** Why an exchange is not compared. This list is closed: a new reason is a decision. */
export const groups = {
  'not called': 'no client of ours sends this method to this path, and the simulator does not serve it',
  'other parameters': 'the path is ours, but no client of ours sends such a query or body',
  'not an exchange': 'an extract or a stored object beside the exchanges',
  'store stand-in': 'the answer comes from a stand-in for S3 or Azure that hangs or refuses, not from Camunda',
  'damage not acted on': 'made after damage to files, and not a row of the table that we act on',
} as const;
export type Group = keyof typeof groups;

/** What one exchange needs beyond being sent. */
export interface Step {
  /** Brings about the state in which it was recorded. */
  readonly before?: (simulator: Simulator) => Promise<void> | void;
  /** The component that is asked, where it is not the scene's. */
  readonly ask?: (simulator: Simulator) => string | undefined;
  /** Beside the plan's. */
  readonly rules?: Rules;
  /** It is sent for its effect; its answer is not compared, for this reason. */
  readonly sentOnly?: string;
}

/** Exchanges that one simulated cluster answers, from its start to its end. */
export interface Scene {
  readonly options: SimulatorOptions;
  /** URL of the component that is asked. */
  readonly ask: (simulator: Simulator) => string | undefined;
  /** Numbers and spans of numbers: `02-12, 14`; an exchange without a number by its name. */
  readonly exchanges: string;
  /** Beside the plan's. */
  readonly rules?: Rules;
  /** By the name of the exchange. */
  readonly steps?: Readonly<Record<string, Step>>;
}

export interface FolderPlan {
  readonly folder: string;
  readonly rules: Rules;
  readonly scenes: readonly Scene[];
  /** Hundreds of calls: beside them, states that last for milliseconds would pass unseen in other folders. */
  readonly alone?: boolean;
  /** The rest, by group; numbers and spans as in a scene. */
  readonly notComparable?: Readonly<Partial<Record<Group, string>>>;
}

export type Outcome =
  | {
      readonly exchange: Exchange;
      readonly kind: 'compared';
      readonly recorded: Answer;
      readonly answered: Answer;
      readonly rules: Rules;
      readonly differences: readonly Difference[];
    }
  | { readonly exchange: Exchange; readonly kind: 'sent only'; readonly why: string }
  | { readonly exchange: Exchange; readonly kind: 'not comparable'; readonly group: Group }
  /** In no scene and in no group, or in two. */
  | { readonly exchange: Exchange; readonly kind: 'unplanned'; readonly times: number };

/** Plays the scenes of a folder one after another, each against its own simulator, and compares what it answers. */
export async function replay(plan: FolderPlan, recording: Recording): Promise<readonly Outcome[]> {
  const places = placesOf(plan);
  const outcomes: Outcome[] = recording.exchanges.flatMap((exchange): readonly Outcome[] => {
    const found = places.filter(({ has }) => has(exchange));
    if (found.length !== 1) return [{ exchange, kind: 'unplanned', times: found.length }];
    const group = found[0]?.group;
    return group === undefined ? [] : [{ exchange, kind: 'not comparable', group }];
  });
  for (const { scene, has } of places) {
    if (scene) outcomes.push(...(await play(plan, scene, recording.exchanges.filter(has))));
  }
  return outcomes;
}

interface Place {
  readonly has: (exchange: Exchange) => boolean;
  readonly scene?: Scene;
  readonly group?: Group;
}

function placesOf({ scenes, notComparable = {} }: FolderPlan): readonly Place[] {
  const isGroup = (name: string): name is Group => name in groups;
  return [
    ...scenes.map((scene) => ({ scene, has: chosenBy(scene.exchanges) })),
    ...Object.entries(notComparable).flatMap(([group, exchanges]) =>
      isGroup(group) ? [{ group, has: chosenBy(exchanges) }] : [],
    ),
  ];
}

async function play(plan: FolderPlan, scene: Scene, exchanges: readonly Exchange[]): Promise<readonly Outcome[]> {
  const names = exchanges.map(({ name }) => name);
  const unknown = Object.keys(scene.steps ?? {}).filter((name) => !names.includes(name));
  if (unknown.length > 0)
    throw new Error(`${plan.folder}: steps for exchanges that the scene has not: ${unknown.join(', ')}`);

  const simulator = await startSimulator(scene.options);
  try {
    const outcomes: Outcome[] = [];
    for (const exchange of exchanges) {
      const step = scene.steps?.[exchange.name] ?? {};
      await step.before?.(simulator);
      const answered = await send((step.ask ?? scene.ask)(simulator) ?? '', exchange);
      outcomes.push(outcomeOf(plan, scene, step, exchange, answered));
    }
    return outcomes;
  } finally {
    await simulator.close();
  }
}

function outcomeOf(plan: FolderPlan, scene: Scene, step: Step, exchange: Exchange, answered: Answer): Outcome {
  if (step.sentOnly !== undefined) return { exchange, kind: 'sent only', why: step.sentOnly };
  const recorded = exchange.response;
  if (!recorded) throw new Error(`${plan.folder}: ${exchange.name} is compared, but its answer is not in the data`);
  const rules = { ...plan.rules, ...scene.rules, ...step.rules };
  return {
    exchange,
    kind: 'compared',
    recorded,
    answered,
    rules,
    differences: compareAnswers(recorded, answered, rules),
  };
}

/** One real HTTP exchange, without a header that was not recorded. */
export async function send(url: string, { name, request }: Exchange): Promise<Answer> {
  if (!request) throw new Error(`${name} is no exchange and cannot be sent`);
  const response = await fetch(`${url}${request.path}`, {
    method: request.method,
    ...(request.body === undefined ? {} : { body: request.body }),
    headers: {
      // The next exchange may find the component stopped, or started again.
      connection: 'close',
      ...(request.contentType === undefined ? {} : { 'content-type': request.contentType }),
    },
  });
  const contentType = response.headers.get('content-type')?.split(';')[0];
  const text = await response.text();
  return {
    status: response.status,
    ...(contentType === undefined ? {} : { contentType }),
    ...(text === '' ? {} : { body: parsed(text) }),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Whether an exchange is named by a list of numbers, spans of numbers and names. */
function chosenBy(list: string): (exchange: Exchange) => boolean {
  const items = list.split(',').map((item) => item.trim());
  const spans = items.flatMap((item) => {
    const [, from, to] = /^(\d+)(?:-(\d+))?$/.exec(item) ?? [];
    return from === undefined ? [] : [{ from: Number(from), to: Number(to ?? from) }];
  });
  return ({ name }) => {
    if (items.includes(name)) return true;
    const number = /^(\d+)-/.exec(name)?.[1];
    return number !== undefined && spans.some(({ from, to }) => from <= Number(number) && Number(number) <= to);
  };
}
