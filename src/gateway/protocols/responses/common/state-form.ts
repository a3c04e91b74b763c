/** The form of state that OpenAI's models write: `encrypted_content` of a reasoning item. */
export const encryptedForm = 'responses.encrypted'
