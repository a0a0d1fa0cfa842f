package fcvm.cli;

import fcvm.provision.Progress;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// Long work for programs: one JSON object per line, `{"step": N, "event": "begin", "what": …}`,
/// `{"step": N, "event": "progress", "done": …, "total": …}`, `{"step": N, "event": "end",
/// "millis": …, "done": …}`, where the last says whether it was done or given up.
final class JsonProgress implements Progress {
  private static final JsonFactory JSON = new JsonFactory();

  private final OutputStream out;
  private final AtomicInteger steps = new AtomicInteger();

  JsonProgress(OutputStream out) {
    this.out = out;
  }

  @Override
  public Step begin(String what) {
    int number = steps.incrementAndGet();
    long began = System.nanoTime();
    line(number, "begin", json -> json.writeStringProperty("what", what));
    return new Step() {
      private volatile boolean isDone;

      @Override
      public void progress(long done, long total) {
        line(
            number,
            "progress",
            json -> {
              json.writeNumberProperty("done", done);
              json.writeNumberProperty("total", total);
            });
      }

      @Override
      public void done() {
        isDone = true;
      }

      @Override
      public void end() {
        long millis = (System.nanoTime() - began) / 1_000_000;
        line(
            number,
            "end",
            json -> {
              json.writeNumberProperty("millis", millis);
              json.writeBooleanProperty("done", isDone);
            });
      }
    };
  }

  private synchronized void line(int step, String event, Consumer<JsonGenerator> rest) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
      json.writeStartObject();
      json.writeNumberProperty("step", step);
      json.writeStringProperty("event", event);
      rest.accept(json);
      json.writeEndObject();
    }
    try {
      out.write(text.append('\n').toString().getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException e) {
      // The reader is gone; the work goes on.
      return;
    }
  }
}
