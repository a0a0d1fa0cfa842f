package fcvm.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntConsumer;

/// Signals that this process gets, given to whoever takes them instead of ending the process.
///
/// `sun.misc.Signal` is the only way that Java has, and javac warns of its very name without a
/// means to say that this is meant; so it is called by reflection.
final class Signals implements AutoCloseable {
  static final int SIGHUP = 1;
  static final int SIGINT = 2;
  static final int SIGTERM = 15;
  static final int SIGWINCH = 28;

  private final Map<Object, Object> former = new LinkedHashMap<>();

  private Signals() {}

  /// Takes signals until it is closed.
  ///
  /// @param signals which ones, by number
  /// @param taker told of each, on a thread of its own
  static Signals take(Map<Integer, String> signals, IntConsumer taker) {
    Signals taken = new Signals();
    for (Map.Entry<Integer, String> signal : signals.entrySet()) {
      taken.take(signal.getKey(), signal.getValue(), taker);
    }
    return taken;
  }

  /// Those that end a process, and go to its container instead.
  static Map<Integer, String> ending() {
    return Map.of(SIGHUP, "HUP", SIGINT, "INT", SIGTERM, "TERM");
  }

  private void take(int number, String name, IntConsumer taker) {
    try {
      Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
      InvocationHandler body =
          (proxy, method, arguments) ->
              switch (method.getName()) {
                case "handle" -> {
                  taker.accept(number);
                  yield null;
                }
                default -> "taker of SIG" + name;
              };
      Object handler =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(), new Class<?>[] {handlerType}, body);
      Object signal =
          Class.forName("sun.misc.Signal").getConstructor(String.class).newInstance(name);
      former.put(signal, handle(signal, handler));
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("jdk.unsupported exports sun.misc.Signal", e);
    }
  }

  private static Object handle(Object signal, Object handler) throws ReflectiveOperationException {
    return signal
        .getClass()
        .getMethod("handle", signal.getClass(), Class.forName("sun.misc.SignalHandler"))
        .invoke(null, signal, handler);
  }

  /// Gives the signals back to whoever had them.
  @Override
  public void close() {
    former.forEach((signal, handler) -> {
      try {
        handle(signal, handler);
      } catch (ReflectiveOperationException e) {
        throw new LinkageError("it worked before", e);
      }
    });
  }
}
