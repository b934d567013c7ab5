/** A question that is not as it should be, or asked with what it cannot take: what was expected, what was found. */
export class QuestionError extends Error {}
