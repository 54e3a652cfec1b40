/** The channels that a request may name. */
export type { ChannelType } from '@firstline/addresses'
export { toFetchHandler, toNodeHandler } from './adapters.ts'
export {
  type CustomerSummary,
  type CustomersAnswer,
  type ProxyAnswer,
  readCustomersAnswer,
  readProxyAnswer,
} from './answers.ts'
export { type Asked, askCustomer, askCustomers, askProxyAddress, askTemplates } from './asking.ts'
export { type CallOptions, callCallback, type Exchange } from './call.ts'
export {
  type Arrived,
  carryInProcess,
  carryOverHttp,
  type SentRequest,
  type Timings,
  type Transport,
} from './carriage.ts'
export { toCurl } from './curl.ts'
export {
  type CustomerAnswer,
  type CustomerChannel,
  type CustomerDetails,
  type CustomerLink,
  readCustomerAnswer,
} from './customer-answer.ts'
export { type ContractCode, type ContractErrorEntry, contractErrors } from './error-table.ts'
export { ContractError, type ContractErrorOptions, fromConversationsError, isContractCode } from './errors.ts'
export type { Read } from './reading.ts'
export { type Answered, type AnswerOptions, answerCallback, type Handlers, type Received, Refusal } from './receive.ts'
export {
  type CallbackName,
  type CallbackRequest,
  callbackByLocation,
  callbackNames,
  callbackOf,
  encodeParameters,
  type GetCustomerDetailsByCustomerId,
  type GetCustomersList,
  type GetProxyAddress,
  type GetTemplatesByCustomerId,
  isLocation,
  type Location,
  parametersOf,
} from './requests.ts'
export { shownUrl } from './shown-url.ts'
export { type FormParameters, signRequest, verifySignature } from './signature.ts'
export { readTemplatesAnswer, type Template, type TemplateCategory } from './templates-answer.ts'
