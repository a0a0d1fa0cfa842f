package fcvm.cli;

import fcvm.provision.Progress;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

/// Long work on a terminal: one line, rewritten, for the step that began last, and a line that
/// stays for each step that took long, with a cross if it was given up.
///
/// Any thread may call it.
final class BarProgress implements Progress {
  private static final int BAR = 24;
  private static final long REDRAW_NANOS = 100_000_000L;
  private static final long LONG_NANOS = 1_000_000_000L;
  // ECMA-48: carriage return, then erase to the end of the line.
  private static final String CLEAR = "\r\033[K";

  private final OutputStream terminal;
  private final int columns;
  private final LongSupplier nanos;
  private final Deque<Bar> active = new ArrayDeque<>();
  private long drawn;

  BarProgress(OutputStream terminal, int columns) {
    this(terminal, columns, System::nanoTime);
  }

  /// @param nanos a clock
  BarProgress(OutputStream terminal, int columns, LongSupplier nanos) {
    this.terminal = terminal;
    this.columns = columns;
    this.nanos = nanos;
  }

  @Override
  public synchronized Step begin(String what) {
    Bar bar = new Bar(what);
    active.addLast(bar);
    draw();
    return bar;
  }

  private synchronized void moved() {
    if (nanos.getAsLong() - drawn >= REDRAW_NANOS) {
      draw();
    }
  }

  private synchronized void ended(Bar bar) {
    if (!active.remove(bar)) {
      return;
    }
    long took = nanos.getAsLong() - bar.began;
    String mark = bar.isDone ? "✔" : "✘";
    write(
        took >= LONG_NANOS
            ? CLEAR + "%s %s (%.1f s)%n".formatted(mark, bar.what, took / 1e9)
            : CLEAR);
    draw();
  }

  private void draw() {
    drawn = nanos.getAsLong();
    Bar bar = active.peekLast();
    if (bar != null) {
      String line = bar.line();
      write(CLEAR + line.substring(0, Math.min(line.length(), Math.max(0, columns - 1))));
    }
  }

  private void write(String text) {
    try {
      terminal.write(text.getBytes(StandardCharsets.UTF_8));
      terminal.flush();
    } catch (IOException e) {
      // The terminal is gone; the work goes on.
      return;
    }
  }

  /// One step.
  private final class Bar implements Step {
    private final String what;
    private final long began = nanos.getAsLong();
    private volatile boolean isDone;
    private volatile long done;
    private volatile long total;

    Bar(String what) {
      this.what = what;
    }

    @Override
    public void progress(long done, long total) {
      this.done = done;
      this.total = total;
      moved();
    }

    @Override
    public void done() {
      isDone = true;
    }

    @Override
    public void end() {
      ended(this);
    }

    private String line() {
      if (total <= 0) {
        return "… " + what;
      }
      int filled = Math.clamp(done * BAR / total, 0, BAR);
      long percent = Math.clamp(done * 100 / total, 0, 100);
      return "%s%s %3d%% %s".formatted("█".repeat(filled), "░".repeat(BAR - filled), percent, what);
    }
  }
}
