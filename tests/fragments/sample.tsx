import React, { useState, type ReactNode } from 'react';

interface Props<T> {
  items: T[];
  title?: string;
  render: (item: T) => ReactNode;
}

type State = { open: boolean; selected: number | null };

export function List<T extends { id: number }>({ items, title = 'List', render }: Props<T>) {
  const [state, setState] = useState<State>({ open: false, selected: null });
  const ref = React.useRef<HTMLDivElement>(null);

  React.useEffect(() => {
    ref.current!.focus();
    return () => setState((old) => ({ ...old, open: false }));
  }, [items]);

  const select = (id: number) => setState({ open: true, selected: id });

  if (items.length === 0) {
    return <p className="empty">Nothing here</p>;
  }

  return (
    <div ref={ref} className={state.open ? 'open' : 'closed'} aria-label="list">
      <h1>{title}</h1>
      <ul>
        {items.map((item) => (
          <li key={item.id} onClick={() => select(item.id)}>
            {render(item)}
          </li>
        ))}
      </ul>
      <Footer {...state} count={items.length as number} />
      <Typed<string> value="a" />
      <></>
    </div>
  );
}

class Panel extends React.Component<Props<string>, State> {
  override state: State = { open: false, selected: null };

  private toggle = (): void => {
    this.setState({ open: !this.state.open });
  };

  render(): ReactNode {
    const { items, title } = this.props;
    return (
      <section>
        <button type="button" onClick={this.toggle} disabled={!items.length}>
          {title ?? 'Toggle'}
        </button>
        {this.state.open && <List items={[]} render={(item) => <b>{String(item)}</b>} />}
        <div dangerouslySetInnerHTML={{ __html: title! }} />
        <img src={`/images/${title}.png`} alt="" />
        <input value={title} onChange={(event) => console.log(event.target.value)} />
      </section>
    );
  }
}

const Context = React.createContext<State | undefined>(undefined);

export const Provider: React.FC<{ children: ReactNode }> = ({ children }) => {
  const value = React.useMemo<State>(() => ({ open: true, selected: 1 }), []);
  return <Context.Provider value={value}>{children}</Context.Provider>;
};

export function useContextState(): State {
  const value = React.useContext(Context);
  if (value === undefined) {
    throw new Error('no provider');
  }
  return value;
}

const lazy = React.lazy(() => import('./panel'));
const memo = React.memo(function Row({ id }: { id: number }) {
  return <tr><td>{id}</td></tr>;
});
const choice = (flag: boolean) => (flag ? <b>yes</b> : <i>no</i>);
const generic = <T,>(value: T) => <span>{String(value)}</span>;
const asserted = (window as any).__STATE__ as State;
const columns = [
  { key: 'id', title: 'Number', width: 40 },
  { key: 'name', title: 'Name', render: (row: { name: string }) => <em>{row.name}</em> },
];

async function fetchRows(url: string): Promise<Array<{ id: number; name: string }>> {
  try {
    const response = await fetch(url, { headers: { Accept: 'application/json' } });
    if (!response.ok) throw new Error(`status ${response.status}`);
    return (await response.json()) as Array<{ id: number; name: string }>;
  } catch (error) {
    console.error('failed', error);
    return [];
  } finally {
    console.log('fetched', url);
  }
}

export function Table({ url }: { url: string }) {
  const [rows, setRows] = useState<Array<{ id: number; name: string }>>([]);
  const [filter, setFilter] = useState('');
  const visible = rows.filter((row) => row.name.includes(filter));
  const total = visible.reduce((sum, row) => sum + row.id, 0);

  React.useEffect(() => {
    let cancelled = false;
    fetchRows(url).then((loaded) => {
      if (!cancelled) {
        setRows(loaded);
      }
    });
    return () => {
      cancelled = true;
    };
  }, [url]);

  function remove(id: number) {
    const index = rows.findIndex((row) => row.id === id);
    if (index < 0) return;
    setRows([...rows.slice(0, index), ...rows.slice(index + 1)]);
  }

  switch (visible.length) {
    case 0:
      return <p>No rows</p>;
    case 1:
      return <p>One row: {visible[0].name}</p>;
    default:
      break;
  }

  return (
    <table className={`rows rows-${visible.length}`}>
      <caption>Total: {total}</caption>
      <thead>
        <tr>
          {columns.map((column) => <th key={column.key} style={{ width: column.width }}>{column.title}</th>)}
        </tr>
      </thead>
      <tbody>
        {visible.map((row) => (
          <tr key={row.id} data-id={row.id}>
            <td>{row.id}</td>
            <td>{row.name || <i>unnamed</i>}</td>
            <td><button onClick={() => remove(row.id)}>Remove</button></td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <td colSpan={3}>
            <label htmlFor="filter">Filter</label>
            <input id="filter" value={filter} onChange={(event) => setFilter(event.target.value)} />
          </td>
        </tr>
      </tfoot>
    </table>
  );
}
