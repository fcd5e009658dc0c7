import * as z from 'zod'
import { wordsField } from './case-fields.ts'

/** Longest search word, in UTF-16 units: a whole name twice over. */
export const LONGEST_SEARCH_WORD = 200

/** What a list of cases is searched for; empty ends the search. */
export const SearchForm = z.object({ word: wordsField(LONGEST_SEARCH_WORD) })
