import { arriveDays, faultDaysMin, returnDays } from '../../../shared/limits.ts'

/** What holds of the returns of every shop. */
export const days = { promised: returnDays, fault: faultDaysMin, arrive: arriveDays }
