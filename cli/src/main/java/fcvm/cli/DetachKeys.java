package fcvm.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;

/// What is typed, until the keys that detach: they and what follows do not come through. Keys that
/// only begin like them do, as soon as that is clear.
///
/// One thread.
final class DetachKeys extends InputStream {
  /// Podman's own: ctrl-p, ctrl-q.
  static final String DEFAULT = "ctrl-p,ctrl-q";

  private final InputStream in;
  private final byte[] keys;
  private final Runnable detach;
  private final Deque<Byte> ready = new ArrayDeque<>();
  private int matched;
  private boolean over;

  /// @param keys as [#parse] gives them; none to never detach
  /// @param detach told when the keys were typed
  DetachKeys(InputStream in, byte[] keys, Runnable detach) {
    this.in = in;
    this.keys = keys;
    this.detach = detach;
  }

  /// Reads `ctrl-X` and single characters, between commas; nothing means no keys.
  static byte[] parse(String text) throws UsageException {
    ByteArrayOutputStream keys = new ByteArrayOutputStream();
    for (String key : text.isEmpty() ? new String[0] : text.split(",", -1)) {
      if (key.matches("ctrl-[a-z@\\[\\\\\\]^_]")) {
        keys.write(key.charAt(key.length() - 1) & 0x1f);
      } else if (key.length() == 1 && key.charAt(0) > ' ' && key.charAt(0) < 0x7f) {
        keys.write(key.charAt(0));
      } else {
        throw new UsageException("--detach-keys: ctrl-p,ctrl-q say, not '" + Raw.text(text) + "'");
      }
    }
    return keys.toByteArray();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    while (ready.isEmpty()) {
      if (over) {
        return -1;
      }
      int count = in.read(into, offset, length);
      if (count < 0) {
        over = true;
        release(matched);
      }
      for (int i = 0; i < count && !over; i++) {
        take(into[offset + i]);
      }
    }
    int count = 0;
    while (count < length && !ready.isEmpty()) {
      into[offset + count++] = ready.remove();
    }
    return count;
  }

  private void take(byte b) {
    if (keys.length == 0) {
      ready.add(b);
      return;
    }
    // The longest beginning of the keys that what was typed ends with.
    while (matched > 0 && keys[matched] != b) {
      int shorter = shorter();
      release(matched - shorter);
      matched = shorter;
    }
    if (keys[matched] != b) {
      ready.add(b);
      return;
    }
    matched++;
    if (matched == keys.length) {
      over = true;
      detach.run();
    }
  }

  private int shorter() {
    for (int length = matched - 1; length > 0; length--) {
      if (java.util.Arrays.equals(keys, 0, length, keys, matched - length, matched)) {
        return length;
      }
    }
    return 0;
  }

  private void release(int count) {
    for (int i = 0; i < count; i++) {
      ready.add(keys[i]);
    }
  }
}
