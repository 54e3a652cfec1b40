import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { asProblem } from './api/client.ts'
import { queryClient } from './api/query-client.ts'
import { meQuery } from './api/session.ts'
import { readAttemptFilter } from './console/filters/attempt-filter.ts'
import { readCallbackSearch } from './console/filters/callback-filter.ts'
import { Loading } from './shared/Loading.tsx'
import { NotFound } from './shell/NotFound.tsx'
import { countNavigation } from './shell/navigation.ts'
import { RouteProblem } from './shell/RouteProblem.tsx'

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound })

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search): { to?: string } => (typeof search['to'] === 'string' ? { to: search['to'] } : {}),
  component: lazyRouteComponent(() => import('./sign-in/SignInPage.tsx'), 'SignInPage'),
})
const welcome = createRoute({
  getParentRoute: () => root,
  path: '/welcome',
  component: lazyRouteComponent(() => import('./sign-in/WelcomePage.tsx'), 'WelcomePage'),
})

/** Everything below needs a session; without one the sign-in screen comes first and leads back. */
const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  component: Outlet,
  beforeLoad: async ({ location }) => {
    try {
      return { me: await queryClient.ensureQueryData(meQuery) }
    } catch (error) {
      if (asProblem(error).status === 401) throw redirect({ to: '/sign-in', search: { to: location.href } })
      throw error
    }
  },
})
const shell = createRoute({
  getParentRoute: () => signedIn,
  id: 'shell',
  component: lazyRouteComponent(() => import('./shell/Shell.tsx'), 'Shell'),
})
const home = createRoute({
  getParentRoute: () => shell,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/conversations' })
  },
})

const conversations = createRoute({
  getParentRoute: () => shell,
  path: '/conversations',
  component: lazyRouteComponent(() => import('./conversations/ConversationsLayout.tsx'), 'ConversationsLayout'),
})
const noConversation = createRoute({
  getParentRoute: () => conversations,
  path: '/',
  component: lazyRouteComponent(() => import('./conversations/NoConversation.tsx'), 'NoConversation'),
})
const conversation = createRoute({
  getParentRoute: () => conversations,
  path: '/$sid',
  component: lazyRouteComponent(() => import('./conversations/ConversationPage.tsx'), 'ConversationPage'),
})

const customers = createRoute({
  getParentRoute: () => shell,
  path: '/customers',
  validateSearch: (search): { query?: string } =>
    typeof search['query'] === 'string' && search['query'] !== '' ? { query: search['query'] } : {},
  component: lazyRouteComponent(() => import('./customers/CustomersLayout.tsx'), 'CustomersLayout'),
})
const noCustomer = createRoute({
  getParentRoute: () => customers,
  path: '/',
  component: lazyRouteComponent(() => import('./customers/NoCustomer.tsx'), 'NoCustomer'),
})
const customer = createRoute({
  getParentRoute: () => customers,
  path: '/$customerId',
  component: lazyRouteComponent(() => import('./customers/CustomerPage.tsx'), 'CustomerPage'),
})

const console_ = createRoute({
  getParentRoute: () => shell,
  path: '/console',
  component: lazyRouteComponent(() => import('./console/ConsoleLayout.tsx'), 'ConsoleLayout'),
})
const consoleHome = createRoute({
  getParentRoute: () => console_,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/console/settings' })
  },
})
const settings = createRoute({
  getParentRoute: () => console_,
  path: '/settings',
  component: lazyRouteComponent(() => import('./console/SettingsPage.tsx'), 'SettingsPage'),
})
const activity = createRoute({
  getParentRoute: () => console_,
  path: '/activity',
  validateSearch: readAttemptFilter,
  component: lazyRouteComponent(() => import('./console/ActivityPage.tsx'), 'ActivityPage'),
})
const attempt = createRoute({
  getParentRoute: () => console_,
  path: '/activity/$attemptId',
  component: lazyRouteComponent(() => import('./console/AttemptPage.tsx'), 'AttemptPage'),
})
const callbackLog = createRoute({
  getParentRoute: () => console_,
  path: '/callbacks',
  validateSearch: readCallbackSearch,
  component: lazyRouteComponent(() => import('./console/CallbackLogPage.tsx'), 'CallbackLogPage'),
})
const workers = createRoute({
  getParentRoute: () => console_,
  path: '/workers',
  component: lazyRouteComponent(() => import('./console/WorkersPage.tsx'), 'WorkersPage'),
})
const audit = createRoute({
  getParentRoute: () => console_,
  path: '/audit',
  component: lazyRouteComponent(() => import('./console/audit/AuditPage.tsx'), 'AuditPage'),
})
const handset = createRoute({
  getParentRoute: () => signedIn,
  path: '/handset',
  // A chat identity may look like a number, which the router would read as one.
  validateSearch: (search): { phone?: string; thread?: string } => ({
    ...(search['phone'] === undefined ? {} : { phone: String(search['phone']) }),
    ...(search['thread'] === undefined ? {} : { thread: String(search['thread']) }),
  }),
  component: lazyRouteComponent(() => import('./handset/HandsetPage.tsx'), 'HandsetPage'),
})

const routeTree = root.addChildren([
  signIn,
  welcome,
  signedIn.addChildren([
    shell.addChildren([
      home,
      conversations.addChildren([noConversation, conversation]),
      customers.addChildren([noCustomer, customer]),
      console_.addChildren([consoleHome, settings, activity, attempt, callbackLog, workers, audit]),
    ]),
    handset,
  ]),
])

export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 0,
  defaultPendingMs: 400,
  defaultPendingComponent: () => <Loading what="the page" />,
  defaultErrorComponent: RouteProblem,
  defaultNotFoundComponent: NotFound,
  scrollRestoration: false,
})
router.subscribe('onBeforeNavigate', ({ pathChanged, fromLocation }) => {
  if (pathChanged && fromLocation) countNavigation()
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
  interface HistoryState {
    /** The worker comes from a start: the cursor goes into the composer, and what happened is said. */
    started?: 'new' | 'reused'
  }
}
