package processor

// Collection is the objects of one kind.
type Collection[T any] struct {
	byID  map[string]*T
	order []*T // as they were added
}

func newCollection[T any]() *Collection[T] { return &Collection[T]{byID: map[string]*T{}} }

// Add keeps a new object.
func (c *Collection[T]) Add(id string, object *T) {
	c.byID[id] = object
	c.order = append(c.order, object)
}

// Get returns the object with the given id, nil when there is none.
func (c *Collection[T]) Get(id string) *T { return c.byID[id] }

// All returns all objects, newest first.
func (c *Collection[T]) All() []*T { return c.Newest(func(*T) bool { return true }) }

// Newest returns the objects that match, newest first.
func (c *Collection[T]) Newest(match func(*T) bool) []*T {
	var found []*T
	for i := len(c.order) - 1; i >= 0; i-- {
		if match(c.order[i]) {
			found = append(found, c.order[i])
		}
	}
	return found
}

func (c *Collection[T]) find(id string) (any, bool) {
	object, ok := c.byID[id]
	return object, ok
}
