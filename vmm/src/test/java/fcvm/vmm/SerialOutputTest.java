package fcvm.vmm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SerialOutputTest {
  @Test
  @Timeout(20)
  void everythingArrivesInOrder() {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    byte[] expected = new byte[1_000_000];
    try (SerialOutput output = new SerialOutput(stream)) {
      for (int i = 0; i < expected.length; i++) {
        expected[i] = (byte) (i % 251);
        output.write(expected[i]);
      }
    }
    assertThat(stream.toByteArray()).isEqualTo(expected);
  }

  @Test
  @Timeout(20)
  void aBrokenStreamDoesNotStopTheGuest() {
    OutputStream broken =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("gone");
          }
        };
    try (SerialOutput output = new SerialOutput(broken)) {
      for (int i = 0; i < 1_000_000; i++) {
        output.write('x');
      }
      assertThat(output).isNotNull();
    }
  }

  @Test
  @Timeout(20)
  void releaseLetsAGuestGoWhoseStreamIsStuck() throws InterruptedException {
    CountDownLatch never = new CountDownLatch(1);
    OutputStream stuck =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            try {
              never.await();
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
          }
        };
    try (SerialOutput output = new SerialOutput(stuck)) {
      Thread guest =
          Thread.ofPlatform()
              .start(() -> {
                for (int i = 0; i < 1 << 20; i++) {
                  output.write('x');
                }
              });
      output.release();
      guest.join();
      assertThat(guest.isAlive()).isFalse();
    }
  }
}
