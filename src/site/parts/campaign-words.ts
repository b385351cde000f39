/** How far a campaign is, in words. */
export const CAMPAIGN_STATES = {
  draft: 'written, not sent',
  scheduled: 'waits for its time',
  sending: 'is being sent',
  paused: 'paused',
  cancelled: 'cancelled',
  done: 'sent',
} as const;
