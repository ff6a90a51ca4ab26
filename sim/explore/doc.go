// Package explore runs a program under many schedules and says what was seen, and
// how much of what is permitted that is.
package explore
