/** Cards of the simulated payment provider that visitors of the demo may choose; docs/operations.md says what each does. */
export const testCards = ['pm_card_visa', 'pm_card_late', 'pm_card_chargeDeclined', 'pm_card_never'] as const;

export type TestCard = (typeof testCards)[number];
