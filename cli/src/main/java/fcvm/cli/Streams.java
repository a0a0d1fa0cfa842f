package fcvm.cli;

import fcvm.linux.Fd;
import fcvm.linux.FdOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// Standard input, output and error as bytes, unbuffered, without a character set in between.
record Streams(InputStream in, OutputStream out, OutputStream err) {
  /// Those of the process. Failed writes tell by their number why: a reader that went away is not a
  /// full disk.
  static Streams ofProcess() {
    return new Streams(
        new FileInputStream(FileDescriptor.in),
        new FdOutputStream(Fd.of(1, "standard output")),
        new FdOutputStream(Fd.of(2, "standard error")));
  }

  /// Writes a result.
  void print(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  /// Tells people something, on standard error, as whole lines.
  void say(String text) {
    try {
      err.write((text + "\n").getBytes(StandardCharsets.UTF_8));
      err.flush();
    } catch (IOException e) {
      // Nobody listens any more: the exit code still says how it went.
      return;
    }
  }
}
