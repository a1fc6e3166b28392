/** Token, sign-in, what the token sees, and everything that is read through that one sign-in. */
import { Failure } from '../../base/failure.ts';
import { accessQuestions, wantedForAccess, type GivenPlaces } from '../../vault-to-servers/questions.ts';
import { accessAnswers } from '../../vault-to-servers/access.ts';
import { environmentOf } from '../../vault-to-servers/environments.ts';
import { readLive, type LiveOptions } from '../../vault-to-servers/read-vault.ts';
import type { Session } from '../../onepassword/session/session.ts';
import type { ProjectReadings } from '../../parity/rule.ts';
import type { Terminal } from '../ui/command.ts';
import { credentialOf, giveToken, hasToken, keylessFailure, openSession, shadowOf } from '../ui/sign-in.ts';
import { examineAccess } from './access.ts';
import { examined, failed, type Examination } from './examination.ts';

export interface VaultExamination {
  /** With what the vault holds, where it could be asked. */
  readonly project: ProjectReadings;
  readonly examinations: readonly Examination[];
  /** Requests made to 1Password; null if no one was asked. */
  readonly requests: number | null;
}

/** Where someone says that things are. */
export type ExaminedPlaces = GivenPlaces & Pick<LiveOptions, 'environments'>;

/** Never throws for what 1Password or a server says: that is a red line. */
export async function examineVault(
  project: ProjectReadings,
  lookedAt: ExaminedPlaces,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<VaultExamination> {
  const shadow = shadowOf(terminal);
  const examinations = shadow === null ? [] : [failed('onepassword', shadow)];
  const nothing = (line: Examination): VaultExamination => ({
    project,
    examinations: [...examinations, line],
    requests: null,
  });
  if (!hasToken(terminal)) {
    const keyless = keylessFailure(terminal);
    if (keyless !== null) return nothing(failed('onepassword', keyless));
    const sentence = 'OP_SERVICE_ACCOUNT_TOKEN is not set, so 1Password and the servers were not checked.';
    return nothing(examined(['onepassword', 'token'], 'note', sentence, { human: [giveToken()] }));
  }
  let session: Session;
  try {
    session = await openSession(credentialOf(terminal), terminal, signal);
  } catch (error) {
    if (error instanceof Failure) return nothing(failed('onepassword', error));
    throw error;
  }
  using opened = session;
  try {
    const looked = await readWithSession(opened, project, lookedAt, signal);
    return {
      ...looked,
      examinations: [...examinations, ...looked.examinations],
      requests: opened.requestsMade,
    };
  } catch (error) {
    if (error instanceof Failure)
      return { ...nothing(failed('onepassword', error)), requests: opened.requestsMade };
    throw error;
  }
}

async function readWithSession(
  session: Session,
  project: ProjectReadings,
  { environments, ...places }: ExaminedPlaces,
  signal: AbortSignal,
): Promise<Pick<VaultExamination, 'project' | 'examinations'>> {
  const deployment = project.destinations[0]?.deploy.deployment ?? null;
  const [first] = project.destinations;
  const environment = environmentOf(project, first?.destination ?? null, environments);
  const questions = accessQuestions(
    places,
    project.destinations.map(({ secrets }) => secrets),
    environment,
  );
  const extras = questions === null ? [] : wantedForAccess(questions);
  const live = await readLive(session, project, {
    extras,
    ...(environments === undefined ? {} : { environments }),
  });
  // If the project needs nothing, the list of vaults was not requested either.
  const visible = extras.length + live.answers.length > 0 ? live.visible : await session.vaults();
  const titles = visible.map(({ title }) => `“${title}”`).toSorted();
  const examinations = [
    titles.length > 0
      ? examined(
          ['onepassword', 'token'],
          'good',
          `Signed in to ${new URL(session.signInAddress).host}; the token can read ${titles.join(', ')}.`,
        )
      : examined(
          ['onepassword', 'token'],
          'bad',
          `Signed in to ${new URL(session.signInAddress).host}, but the token cannot read any vault.`,
          {
            human: [
              'On 1Password.com (Developer → Service accounts), create a service account that can read the vault of this project, and set its token as OP_SERVICE_ACCOUNT_TOKEN: access is given when the account is created and cannot be added later. Through Connect, give the server and its token access to it.',
            ],
          },
        ),
  ];
  if (questions === null) {
    const sentence =
      'It is not known where the SSH key is, so no login was tried: no fetch names a vault, and no workflow names an Environment.';
    const agent = ['Say where it is: `--ssh-key op://MyApp/Server/SSH_KEY`.'];
    examinations.push(examined(['ssh', 'ssh-key'], 'note', sentence, { agent }));
  } else {
    const answers = accessAnswers(questions, live.extras, live.sources.get(first?.destination ?? null));
    examinations.push(...(await examineAccess({ session, questions, ...answers, deployment, signal })));
  }
  return { project: live.project, examinations };
}
