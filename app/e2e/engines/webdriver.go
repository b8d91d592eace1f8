package engines

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// webdriver is a session of the WebDriver protocol: JSON over HTTP.
type webdriver struct {
	base    string // "http://127.0.0.1:4444"
	session string
}

// elementKey is what WebDriver calls an element's name in an object.
const elementKey = "element-6066-11e4-a52e-4f735466cecf"

// do sends a command and stores the value of its answer, unless that is nil.
func (w *webdriver) do(ctx context.Context, method, path string, body, value any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, method, w.base+path, bytes.NewReader(text))
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	var answer struct {
		Value json.RawMessage `json:"value"`
	}
	if err := json.Unmarshal(content, &answer); err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s %s: %s", method, path, answer.Value)
	}
	if value == nil {
		return nil
	}
	return json.Unmarshal(answer.Value, value)
}

// begin starts the session.
func (w *webdriver) begin(ctx context.Context, capabilities object) error {
	var session struct{ SessionID string }
	err := w.do(ctx, http.MethodPost, "/session", object{"capabilities": object{"alwaysMatch": capabilities}}, &session)
	w.session = session.SessionID
	return err
}

// end ends the session, and with it the browser's windows.
func (w *webdriver) end(ctx context.Context) error {
	return w.do(ctx, http.MethodDelete, "/session/"+w.session, object{}, nil)
}

func (w *webdriver) post(ctx context.Context, command string, body, value any) error {
	return w.do(ctx, http.MethodPost, "/session/"+w.session+"/"+command, body, value)
}

// evaluated is what a script answers: the value as JSON, or why there is none.
type evaluated struct{ Value, Failed *string }

// eval stores the value of a JavaScript expression; a promise is waited for.
func (w *webdriver) eval(ctx context.Context, expression string, value any) error {
	script := fmt.Sprintf(`const done = arguments[arguments.length - 1];
		(async () => JSON.stringify(await (%s)))().then(
			(value) => done({ Value: value ?? null, Failed: null }),
			(err) => done({ Value: null, Failed: String(err) }));`, expression)
	var answer evaluated
	if err := w.post(ctx, "execute/async", object{"script": script, "args": []any{}}, &answer); err != nil {
		return err
	}
	if answer.Failed != nil {
		return fmt.Errorf("%s: %s", expression, *answer.Failed)
	}
	if value == nil || answer.Value == nil {
		return nil
	}
	return json.Unmarshal([]byte(*answer.Value), value)
}
