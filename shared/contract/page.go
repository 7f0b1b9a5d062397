package contract

// Page requests one page of a list, newest first.
type Page struct {
	Cursor string `json:"cursor,omitempty"` // next_cursor of the previous page; empty for the first
	Limit  int    `json:"limit"`            // 1 to 100
}

// List is one page of a list, in the public shape.
type List[T any] struct {
	Data       []T     `json:"data"`
	NextCursor *string `json:"next_cursor"`
}
