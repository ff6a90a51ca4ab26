package page

import "weft/sim/order"

// Lesson is a lesson about a program of a page: something to predict before one looks, and
// something to find.
type Lesson struct {
	ID       string   `json:"id"` // lower-case words with hyphens
	Title    string   `json:"title"`
	Program  string   `json:"program"` // the name of a program of the page
	Code     string   `json:"code"`    // its text, without what answers the question
	Text     string   `json:"text"`    // what to look at
	Question Question `json:"question"`
	// Challenge is an order that is to be found, or nil.
	Challenge *Challenge `json:"challenge,omitempty"`
	// Repair is what mends the program, or nil.
	Repair *Repair `json:"repair,omitempty"`
	// Claims are what else was found to be so.
	Claims []string `json:"claims,omitempty"`
	Notes  Notes    `json:"notes"`
}

// Question is what a reader predicts. Several choices may be right.
type Question struct {
	Ask     string   `json:"ask"`
	Choices []Choice `json:"choices"`
	Why     string   `json:"why"`
}

// Choice is a possible answer.
type Choice struct {
	Text  string `json:"text"` // of an output, its lines
	Right bool   `json:"right"`
}

// Challenge asks for an order in which a run ends with End, if it is not "", and shows
// something that Shows is a part of.
type Challenge struct {
	Ask      string    `json:"ask"`
	End      order.End `json:"end,omitempty"`
	Shows    string    `json:"shows,omitempty"`
	Schedule string    `json:"schedule"` // the shortest that does
}

// Repair is a program that does what that of the lesson should do.
type Repair struct {
	Program string `json:"program"`
	Text    string `json:"text"`
	Proof   string `json:"proof"` // how many orders of it were run
}

// Notes are for the teacher.
type Notes struct {
	Mistake string `json:"mistake,omitempty"` // what students usually get wrong
	Ask     string `json:"ask,omitempty"`     // a question for the class
	Minutes int    `json:"minutes,omitempty"`
}
