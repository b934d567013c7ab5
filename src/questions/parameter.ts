import { PARAMETER_TYPES, type ParameterType } from './parameter-type.ts';
import { QuestionError } from './question-error.ts';
import { readValue, type Value, ValueError } from './value.ts';

/** A value that whoever asks may give a question, or has to. */
export interface Parameter {
  /** As the text of the question and the command line have it: `known_days`. */
  readonly name: string;
  readonly type: ParameterType;
  /** As it is written in the file, and on the command line. */
  readonly fallback: string;
  /** Whether the fallback only stands for a value in the text, and the question is asked with none but a given one. */
  readonly isNeeded: boolean;
  readonly description: string;
}

const ENTRY = /^([a-z]+(?:_[a-z]+)*) ([a-z]+) (\[[^\]]*\]|'[^']*'|\S+) (\S.*)$/;

/** Reads what stands behind `-- Parameter: `, such as `devices integer 100 How many devices are many.` @throws QuestionError */
export function readParameter(entry: string): Parameter {
  const [, name, type, written, description] = ENTRY.exec(entry) ?? [];
  if (name === undefined || type === undefined || written === undefined || description === undefined)
    throw new QuestionError(`Parameter is not like "devices integer 100 How many are many.", found ${entry}`);
  if (!(type in PARAMETER_TYPES)) {
    const known = Object.keys(PARAMETER_TYPES).join(', ');
    throw new QuestionError(`Parameter ${name}: expected one of the types ${known}, found ${type}`);
  }
  const fallback = written.replace(/^(?:\[(.*)\]|'(.*)')$/, '$1$2');
  const parameter = { name, type: type as ParameterType, fallback, isNeeded: type === 'id', description };
  try {
    readValue(parameter, fallback);
  } catch (error) {
    if (error instanceof ValueError) throw new QuestionError(`Parameter ${name}: ${error.message}`);
    throw error;
  }
  return parameter;
}

/** Values for parameters, by their names; the fallback counts for those that are not there. */
export type Values = ReadonlyMap<string, Value>;

/** The value of a parameter: the given one, or the fallback. */
export function valueIn(values: Values, parameter: Parameter): Value {
  return values.get(parameter.name) ?? readValue(parameter, parameter.fallback);
}
