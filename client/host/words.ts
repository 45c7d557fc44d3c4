import { speaker } from '../ui/speak.ts'

/** What is said of hosts and of following them. */
const en = {
  follow: 'Follow',
  following: 'Following',
  'follow.whom': 'Follow {host}',
  'following.whom': 'Following {host}',
  'follow.done': '**You follow {host}.** You get an email when they go live, one a day at most.',
  'follow.ended': '**You no longer follow {host}.** No more emails.',
  about: 'About {host}',
  followers: { one: '{n} follower', other: '{n} followers' },
  shows: { one: '{n} show', other: '{n} shows' },
  'shows.all': 'All shows of {host}',
  you: 'This is how others see you.',
  failed: 'This host did not load',
  none: 'There is no such host',
  'none.help': 'Whoever plans a show has a page here.',
  'nothing.on': '{host} is not live just now',
  'nothing.on.help': 'Follow {host}, and an email tells you when a show begins.',
  'nothing.on.followed': 'You get an email when a show begins.',
  'nothing.on.plain': 'The next show stands here as soon as it is planned.',
  more: 'Show older ones',

  // the studio
  letters: {
    one: '{n} person gets an email when you go live.',
    other: '{n} people get an email when you go live.',
  },

  // the account
  'mine.title': 'Hosts you follow',
  'mine.none': 'You follow nobody yet',
  'mine.none.help':
    'Press Follow in a show, and an email tells you when that host goes live again.',
  'mine.failed': 'Whom you follow did not load',

  // the link in a letter
  'end.ask': 'Unfollow {host}?',
  'end.help': 'You get no more emails when they go live. You can follow them again at any time.',
  'end.do': 'Unfollow',
  'end.doing': 'Unfollowing',
  'end.keep': 'Keep following',
  'end.done': 'You no longer follow {host}',
  'end.done.help': 'There are no more emails about their shows.',
  'end.over': 'This link has done its work',
  'end.over.help': 'The emails that it came with have ended already.',
  'end.failed': 'This page did not load',
}

export const t = speaker(en)
