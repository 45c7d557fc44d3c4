import { metrics } from '../../../shared/domain/metrics.ts'
import { count, money } from '../../ui/money.ts'
import { Pic } from '../../ui/pic.tsx'
import { at, span } from '../../ui/time.ts'
import { Head } from './head.tsx'
import type { Report } from './report.tsx'
import { productsCsv } from './report-csv.ts'
import { r } from './words-report.ts'

type Product = Report['products'][number]

/** How far each product came: pinned, held, ordered, paid. */
export function Products({ report }: { report: Report }) {
  const { products } = report
  const most = Math.max(1, ...products.map(({ held, ordered }) => Math.max(held, ordered)))
  return (
    <section>
      <Head
        id="report-products"
        title={r('products')}
        file={r('file.products', { title: report.title })}
        csv={() => productsCsv(report)}
      />
      <div class="list goods-told">
        <table class="table" aria-labelledby="report-products">
          <thead>
            <tr>
              <th scope="col">{r('col.product')}</th>
              <Column title={metrics.shownMs}>{r('col.shown')}</Column>
              <Column title={metrics.held}>{r('col.held')}</Column>
              <Column title={metrics.ordered}>{r('col.ordered')}</Column>
              <Column title={metrics.paid}>{r('col.paid')}</Column>
              <Column title={metrics.back}>{r('col.back')}</Column>
              <Column title={metrics.productSales}>{r('sales')}</Column>
              <Column title={metrics.soldOutAt}>{r('col.sold.out')}</Column>
            </tr>
          </thead>
          <tbody>
            {products.map((product) => (
              <ProductRow key={product.productId} product={product} most={most} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function Column({ title, children }: { title: string; children: string }) {
  return (
    <th scope="col" class="r" title={title}>
      {children}
    </th>
  )
}

function ProductRow({ product, most }: { product: Product; most: number }) {
  const { title, image, no, shownMs, held, ordered, paid, back, sales, soldOutAt } = product
  return (
    <tr>
      <td>
        <span class="thing">
          <Pic src={image ?? undefined} no={no ?? undefined} />
          <span class="named">
            <b>{title}</b>
            <Funnel {...{ held, ordered, paid, most }} />
          </span>
        </span>
      </td>
      <Cell name={r('col.shown')}>{shownMs > 0 && span(shownMs)}</Cell>
      <Cell name={r('col.held')}>{count(held)}</Cell>
      <Cell name={r('col.ordered')}>{count(ordered)}</Cell>
      <Cell name={r('col.paid')}>{count(paid)}</Cell>
      <Cell name={r('col.back')}>{back > 0 && count(back)}</Cell>
      <Cell name={r('sales')}>{sales.map(money).join(' + ')}</Cell>
      <Cell name={r('col.sold.out')}>{soldOutAt !== null && at(soldOutAt)}</Cell>
    </tr>
  )
}

/** Nothing to say: a dash at a desk, and nothing at all on a phone. */
function Cell({ name, children }: { name: string; children: string | false }) {
  const says = children !== false && children !== ''
  return (
    <td class="r num" data-name={name} data-none={!says || undefined}>
      {says ? children : r('unknown')}
    </td>
  )
}

function Funnel(props: { held: number; ordered: number; paid: number; most: number }) {
  const { held, ordered, paid, most } = props
  const wide = (n: number) => ({ inlineSize: `${((100 * n) / most).toFixed(1)}%` })
  return (
    <span class="funnel" aria-hidden="true">
      <i class="held" style={wide(Math.max(held, ordered))} />
      <i class="ordered" style={wide(ordered)} />
      <i class="paid" style={wide(paid)} />
    </span>
  )
}

/** What each flash sale came to. */
export function Sales({ report: { sales, products } }: { report: Report }) {
  const nameOf = (productId: string) =>
    products.find((product) => product.productId === productId)?.title ?? ''
  return (
    <section>
      <h2>{r('flash')}</h2>
      <ul class="flash-told">
        {sales.map((sale) => (
          <li key={sale.saleId}>
            <span class="num quiet">
              {at(sale.from)}, {span(Date.parse(sale.to) - Date.parse(sale.from))}
            </span>
            <span>
              <b>{nameOf(sale.productId)}</b>
              <br />
              <span class="num quiet">
                {r('flash.price', { price: money(sale.price), was: money(sale.wasPrice) })}
              </span>
            </span>
            <span class="num">
              {r('flash.sold', { paid: sale.paid, quantity: sale.quantity })}
              <br />
              <span class="quiet">{r('flash.held', { n: sale.held })}</span>
            </span>
            <b class="num">{money(sale.sales)}</b>
          </li>
        ))}
      </ul>
    </section>
  )
}
