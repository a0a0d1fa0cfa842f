package fcvm.container;

import java.io.IOException;
import java.io.OutputStream;

/// One output to two.
final class Tee extends OutputStream {
  private final OutputStream one;
  private final OutputStream two;

  Tee(OutputStream one, OutputStream two) {
    this.one = one;
    this.two = two;
  }

  @Override
  public void write(int b) throws IOException {
    one.write(b);
    two.write(b);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    one.write(bytes, offset, length);
    two.write(bytes, offset, length);
  }

  @Override
  public void flush() throws IOException {
    one.flush();
    two.flush();
  }
}
